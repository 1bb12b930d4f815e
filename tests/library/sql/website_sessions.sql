select count(*) from sessions where started_at >= $start and started_at < $end
