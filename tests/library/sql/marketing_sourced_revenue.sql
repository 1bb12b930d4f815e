select coalesce(sum(amount), 0) from opportunities
where outcome = 'won' and channel <> 'outbound_sales' and closed_at >= $start and closed_at < $end
