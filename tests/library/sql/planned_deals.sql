with cost as (select sum(amount) v from spend where team = 'marketing' and spent_on >= $start and spent_on < $end),
     came as (select count(*) v, count(*) filter (lead_id in (select lead_id from opportunities where outcome = 'won')) bought
              from leads where created_at >= $start and created_at < $end)
select cost.v / nullif(cost.v / nullif(came.v, 0), 0) * came.bought / came.v from cost, came
