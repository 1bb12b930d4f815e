with bought as (select lead_id, sum(amount) as value from opportunities where outcome = 'won' group by 1),
touch as (
  select b.value / count(*) over (partition by s.lead_id) as credit
  from sessions s join leads l using (lead_id) join bought b using (lead_id)
  where s.started_at <= l.created_at and l.created_at >= $start and l.created_at < $end)
select coalesce(sum(credit), 0) from touch
