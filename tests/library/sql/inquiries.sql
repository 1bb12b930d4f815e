select count(*) from leads where inquiry_at >= $start and inquiry_at < $end
