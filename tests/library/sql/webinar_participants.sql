select count(*) from events
where kind = 'conversion' and action = 'join_webinar' and occurred_at >= $start and occurred_at < $end
