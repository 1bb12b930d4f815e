select (select coalesce(sum(amount), 0) from spend where category = 'ads' and spent_on >= $start and spent_on < $end)
       / nullif((select count(*) from customers where acquired_at >= $start and acquired_at < $end), 0)
