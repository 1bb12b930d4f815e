select count(*) from events
where kind = 'conversion' and action = 'request_demo' and occurred_at >= $start and occurred_at < $end
