-- by channel
with touch as (
  select s.channel, s.lead_id from leads l join sessions s using (lead_id)
  where s.started_at <= l.created_at and l.created_at >= $start and l.created_at < $end),
per_lead as (select lead_id, count(*) as n from touch group by 1)
select channel, sum(1.0 / n) as value from touch join per_lead using (lead_id) group by 1
