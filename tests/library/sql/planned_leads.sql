with cost as (select sum(amount) v from spend where team = 'marketing' and spent_on >= $start and spent_on < $end),
     won as (select count(*) v from leads where created_at >= $start and created_at < $end)
select cost.v / nullif(cost.v / nullif(won.v, 0), 0) from cost, won
