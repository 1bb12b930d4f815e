select median((epoch(mql_at) - epoch(first_touch_at)) / 86400) from leads
where mql_at >= $start and mql_at < $end
