select (select coalesce(sum(amount), 0) from spend where (team in ('marketing', 'sales') or purpose in ('overhead', 'incidental')) and spent_on >= $start and spent_on < $end)
       / nullif((select count(*) from leads where mql_at >= $start and mql_at < $end), 0)
