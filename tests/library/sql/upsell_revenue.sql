select coalesce(sum(amount), 0) from opportunities
where kind = 'upsell' and outcome = 'won' and closed_at >= $start and closed_at < $end
