select 1.0 * count(*) filter (sql_at >= $start and sql_at < $end) / nullif(count(*) filter (mql_at >= $start and mql_at < $end), 0) from leads
