select count(*) from opportunities where created_at >= $start and created_at < $end
