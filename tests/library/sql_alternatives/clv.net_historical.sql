select ((select sum(amount) from invoices where issued_on < $end)
        - (select sum(amount) from spend where purpose in ('acquisition', 'service') and spent_on < $end))
       / nullif((select count(*) from customers where acquired_at < $end), 0)
