select count(*) from leads where mql_at >= $start and mql_at < $end
