select (select coalesce(sum(amount), 0) from invoices where issued_on >= $start and issued_on < $end)
     - (select coalesce(sum(amount), 0) from spend
        where (team = 'marketing' or purpose in ('overhead', 'incidental')) and spent_on >= $start and spent_on < $end)
