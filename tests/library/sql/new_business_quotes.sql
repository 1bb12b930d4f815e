select count(*) from opportunities where kind = 'new' and quoted_at >= $start and quoted_at < $end
