select coalesce(sum(amount), 0) from opportunities
where outcome = 'won' and closed_at >= $start and closed_at < $end
