select sum(page_views)::double / nullif(count(*), 0) from sessions
where started_at >= $start and started_at < $end
