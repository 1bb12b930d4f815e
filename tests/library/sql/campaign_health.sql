with goal as (
  select sum(value) filter (metric_id = 'leads') as leads, sum(value) filter (metric_id = 'closed_won_value') as won
  from targets where kind = 'target' and dimension = 'campaign_id' and starts_on >= $start and starts_on < $end),
done as (
  select (select count(*) from leads where campaign_id is not null and created_at >= $start and created_at < $end) as leads,
         (select coalesce(sum(amount), 0) from opportunities
          where outcome = 'won' and campaign_id is not null and closed_at >= $start and closed_at < $end) as won)
select 1.0 * (coalesce((done.leads >= goal.leads)::int, 0) + coalesce((done.won >= goal.won)::int, 0))
       / nullif((goal.leads is not null)::int + (goal.won is not null)::int, 0)
from goal, done
