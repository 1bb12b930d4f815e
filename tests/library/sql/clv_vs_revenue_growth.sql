with v as (
  select (select sum(amount - cogs) from invoices where issued_on < $end)
           / nullif((select count(*) from customers where acquired_at < $end), 0) as now,
         (select sum(amount - cogs) from invoices where issued_on < $start)
           / nullif((select count(*) from customers where acquired_at < $start), 0) as before,
         (select sum(amount) from invoices where issued_on >= $start and issued_on < $end) as sold,
         (select sum(amount) from invoices where issued_on >= $start - to_months(datediff('month', $start, $end)) and issued_on < $start) as sold_before)
select (now / before - 1) - (sold / sold_before - 1) from v where before > 0 and sold_before > 0
