-- by campaign_id
with goal as (
  select dimension_value as campaign_id,
         sum(value) filter (metric_id = 'leads') as leads,
         sum(value) filter (metric_id = 'closed_won_value') as won
  from targets where kind = 'target' and dimension = 'campaign_id' and starts_on >= $start and starts_on < $end group by 1)
select campaign_id,
       1.0 * (coalesce(((select count(*) from leads l where l.campaign_id = g.campaign_id
                         and l.created_at >= $start and l.created_at < $end) >= g.leads)::int, 0)
              + coalesce(((select coalesce(sum(amount), 0) from opportunities o
                           where o.campaign_id = g.campaign_id and o.outcome = 'won'
                             and o.closed_at >= $start and o.closed_at < $end) >= g.won)::int, 0))
         / ((g.leads is not null)::int + (g.won is not null)::int) as value
from goal g
