select (select sum(amount - cogs) from invoices where issued_on < $end)
       / nullif((select count(*) from customers where acquired_at < $end), 0)
       / ((select sum(amount) from spend where purpose = 'acquisition' and spent_on >= $start and spent_on < $end)
          / nullif((select count(*) from customers where acquired_at >= $start and acquired_at < $end), 0))
