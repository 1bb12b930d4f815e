select median((epoch(sql_at) - epoch(mql_at)) / 86400) from leads where sql_at >= $start and sql_at < $end
