select (select coalesce(sum(amount), 0) from spend where (team in ('marketing', 'sales') or purpose in ('overhead', 'incidental')) and spent_on >= $start and spent_on < $end)
       / nullif((select count(*) from leads where created_at >= $start and created_at < $end), 0)
