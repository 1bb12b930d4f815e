select 1.0 * count(*) filter (page_views = 1 and interactions = 0) / nullif(count(*), 0) from sessions
where started_at >= $start and started_at < $end
