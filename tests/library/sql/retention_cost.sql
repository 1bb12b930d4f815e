select (select coalesce(sum(amount), 0) from spend
where purpose = 'retention' and spent_on >= $start and spent_on < $end)
       / nullif((select count(*) from customers
                 where acquired_at < $start and (churned_at is null or churned_at >= $start)), 0)
