select (select coalesce(sum(amount), 0) from spend where team in ('sales', 'marketing') and spent_on >= $start and spent_on < $end)
       / nullif((select sum(amount) from invoices where issued_on >= $start and issued_on < $end), 0)
