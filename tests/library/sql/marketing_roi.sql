with g as (select coalesce(sum(i.amount - i.cogs), 0) v
           from invoices i join opportunities o using (opportunity_id)
           where o.channel <> 'outbound_sales' and i.issued_on >= $start and i.issued_on < $end),
     c as (select coalesce(sum(amount), 0) v from spend where team = 'marketing' and spent_on >= $start and spent_on < $end)
select (g.v - c.v) / nullif(c.v, 0) from g, c
