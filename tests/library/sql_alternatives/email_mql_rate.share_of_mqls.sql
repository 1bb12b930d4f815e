select 1.0 * count(*) filter (channel = 'email') / nullif(count(*), 0) from leads where mql_at >= $start and mql_at < $end
