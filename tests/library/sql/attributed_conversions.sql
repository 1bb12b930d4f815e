with touch as (
  select s.channel, 1.0 / count(*) over (partition by s.lead_id) as credit
  from sessions s join leads l using (lead_id)
  where s.started_at <= l.created_at and l.created_at >= $start and l.created_at < $end)
select coalesce(sum(credit), 0) from touch
