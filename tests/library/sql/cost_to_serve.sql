select (select coalesce(sum(amount), 0) from spend
where purpose = 'service' and spent_on >= $start and spent_on < $end)
       / nullif((select count(*) from customers
                 where acquired_at < $end and (churned_at is null or churned_at >= $end)), 0)
