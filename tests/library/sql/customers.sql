select count(*) from customers where acquired_at < $end and (churned_at is null or churned_at >= $end)
