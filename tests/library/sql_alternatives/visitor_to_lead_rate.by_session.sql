select 1.0 * (select count(*) from leads where created_at >= $start and created_at < $end)
       / nullif((select count(*) from sessions where started_at >= $start and started_at < $end), 0)
