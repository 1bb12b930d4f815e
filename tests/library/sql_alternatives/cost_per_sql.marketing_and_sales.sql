select (select coalesce(sum(amount), 0) from spend where team in ('marketing', 'sales') and spent_on >= $start and spent_on < $end)
       / nullif((select count(*) from leads where sql_at >= $start and sql_at < $end), 0)
