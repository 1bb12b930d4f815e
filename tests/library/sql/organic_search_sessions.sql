select count(*) from sessions where channel = 'organic_search' and started_at >= $start and started_at < $end
