select count(short_link_id) from sessions where started_at >= $start and started_at < $end
