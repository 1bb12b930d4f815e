select count(*) from events
where kind = 'conversion' and action = 'read_newsletter' and occurred_at >= $start and occurred_at < $end
