select 1.0 * count(mql_at) / nullif(count(*), 0) from leads where created_at >= $start and created_at < $end
