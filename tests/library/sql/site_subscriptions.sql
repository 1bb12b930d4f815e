select count(*) from events
where surface = 'site' and kind = 'subscribe' and occurred_at >= $start and occurred_at < $end
