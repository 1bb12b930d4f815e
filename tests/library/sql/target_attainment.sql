select (select count(*) from leads where created_at >= $start and created_at < $end)
       / nullif((select sum(value) from targets
                 where metric_id = 'leads' and kind = 'target' and dimension is null and starts_on >= $start and starts_on < $end), 0)
