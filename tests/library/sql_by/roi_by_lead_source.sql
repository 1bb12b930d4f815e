-- by channel
with won as (select channel, sum(amount) v from opportunities
             where outcome = 'won' and closed_at >= $start and closed_at < $end group by 1),
     cost as (select channel, sum(amount) v from spend where team = 'marketing' and spent_on >= $start and spent_on < $end group by 1)
select cost.channel, (coalesce(won.v, 0) - cost.v) / nullif(cost.v, 0) as value
from cost left join won on won.channel is not distinct from cost.channel
