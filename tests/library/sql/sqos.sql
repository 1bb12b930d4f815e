select count(*) from opportunities where qualified_at >= $start and qualified_at < $end
