select count(*) from opportunities where outcome = 'won' and closed_at >= $start and closed_at < $end
