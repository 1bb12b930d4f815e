select count(*) from events
where surface = 'site' and kind = 'page_view' and occurred_at >= $start and occurred_at < $end
