-- by campaign_id
with won as (select campaign_id, sum(amount) v from opportunities
             where outcome = 'won' and closed_at >= $start and closed_at < $end group by 1),
     cost as (select campaign_id, sum(amount) v from spend where spent_on >= $start and spent_on < $end group by 1)
select cost.campaign_id, (coalesce(won.v, 0) - cost.v) / nullif(cost.v, 0) as value
from cost left join won using (campaign_id) where cost.campaign_id is not null
