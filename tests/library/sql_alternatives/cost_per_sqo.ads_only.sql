select (select coalesce(sum(amount), 0) from spend where category = 'ads' and spent_on >= $start and spent_on < $end)
       / nullif((select count(*) from opportunities where qualified_at >= $start and qualified_at < $end), 0)
