select count(*) from events
where kind = 'conversion' and action = 'submit_form' and occurred_at >= $start and occurred_at < $end
