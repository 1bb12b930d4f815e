select count(*) from events
where kind = 'conversion' and action = 'start_trial' and occurred_at >= $start and occurred_at < $end
