select count(*) from events where kind = 'conversion' and occurred_at >= $start and occurred_at < $end
