select median((epoch(mql_at) - epoch(created_at)) / 86400) from leads
where mql_at >= $start and mql_at < $end
