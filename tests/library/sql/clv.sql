with m as (select sum(mrr) / nullif(count(distinct customer_id), 0) v from subscriptions
           where starts_on < $end and (ends_on is null or ends_on >= $end)),
     g as (select (sum(amount) - sum(cogs)) / nullif(sum(amount), 0) v from invoices where issued_on >= $start and issued_on < $end),
     c as (select 1.0 * count(*) filter (churned_at >= $start and churned_at < $end)
                  / nullif(count(*) filter (acquired_at < $start and (churned_at is null or churned_at >= $start)), 0) v
           from customers)
select m.v * g.v / nullif(c.v, 0) from m, g, c
