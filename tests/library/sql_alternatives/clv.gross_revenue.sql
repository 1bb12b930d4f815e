select (select sum(amount) from invoices where issued_on < $end)
       / nullif((select count(*) from customers where acquired_at < $end), 0)
