select count(*) from sessions where is_paid = false and started_at >= $start and started_at < $end
