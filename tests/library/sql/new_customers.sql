select count(*) from customers where acquired_at >= $start and acquired_at < $end
