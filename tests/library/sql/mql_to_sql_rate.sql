select 1.0 * count(sql_at) / nullif(count(*), 0) from leads where mql_at >= $start and mql_at < $end
