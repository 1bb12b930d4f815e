select count(*) from leads where is_paid = false and inquiry_at >= $start and inquiry_at < $end
