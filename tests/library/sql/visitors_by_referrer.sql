select count(distinct visitor_id) from sessions where started_at >= $start and started_at < $end
