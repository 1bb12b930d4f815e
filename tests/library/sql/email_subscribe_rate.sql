select 1.0 * (select count(*) from subscribers where subscribed_at >= $start and subscribed_at < $end)
       / nullif((select count(distinct visitor_id) from sessions where started_at >= $start and started_at < $end), 0)
