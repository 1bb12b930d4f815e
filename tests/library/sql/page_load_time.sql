select quantile_cont(load_ms, 0.75) / 1000.0 from events
where surface = 'site' and kind = 'page_view' and occurred_at >= $start and occurred_at < $end
