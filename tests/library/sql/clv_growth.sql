with v as (
  select (select sum(amount - cogs) from invoices where issued_on < $end)
           / nullif((select count(*) from customers where acquired_at < $end), 0) as now,
         (select sum(amount - cogs) from invoices where issued_on < $start)
           / nullif((select count(*) from customers where acquired_at < $start), 0) as before)
select now / before - 1 from v where before > 0
