select count(distinct customer_id) from events
where surface = 'product' and occurred_at >= $start and occurred_at < $end
