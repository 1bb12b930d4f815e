with waiting as (
  select created_at as since, coalesce(least(mql_at, sql_at), disqualified_at) as until from leads
  union all
  select mql_at, coalesce(sql_at, disqualified_at) from leads where mql_at is not null
  union all
  select l.sql_at, coalesce(min(o.quoted_at), l.disqualified_at)
  from leads l left join opportunities o on o.lead_id = l.lead_id and o.kind = 'new'
  where l.sql_at is not null group by l.lead_id, l.sql_at, l.disqualified_at
  union all
  select quoted_at, closed_at from opportunities where kind = 'new' and quoted_at is not null)
select median((epoch($end) - epoch(since)) / 86400) from waiting
where since < $end and (until is null or until >= $end)
