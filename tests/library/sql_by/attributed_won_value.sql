-- by channel or campaign
with bought as (select lead_id, sum(amount) as value from opportunities where outcome = 'won' group by 1),
touch as (
  select s.{dimension} as member, b.value / count(*) over (partition by s.lead_id) as credit
  from by_sessions s join leads l using (lead_id) join bought b using (lead_id)
  where s.started_at <= l.created_at and l.created_at >= $start and l.created_at < $end)
select member, sum(credit) as value from touch group by 1
