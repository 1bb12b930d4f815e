select count(*) from opportunities
where kind = 'new' and outcome = 'won' and closed_at >= $start and closed_at < $end
