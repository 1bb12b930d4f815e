with a as (select coalesce(sum(amount), 0) v from opportunities
           where outcome = 'won' and channel <> 'outbound_sales' and closed_at >= $start and closed_at < $end),
     c as (select sum(amount) v from spend where team = 'marketing' and spent_on >= $start and spent_on < $end)
select (a.v - c.v) / c.v from a, c
