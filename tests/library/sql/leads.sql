select count(*) from leads where created_at >= $start and created_at < $end
