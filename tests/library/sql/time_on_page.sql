select avg(seconds) from events
where surface = 'site' and kind = 'page_view' and seconds is not null and occurred_at >= $start and occurred_at < $end
