with stay as (
  select (epoch(mql_at) - epoch(created_at)) / 86400 as days from leads where mql_at >= $start and mql_at < $end
  union all
  select (epoch(sql_at) - epoch(mql_at)) / 86400 from leads
  where mql_at is not null and sql_at >= $start and sql_at < $end
  union all
  select (epoch(min(o.quoted_at)) - epoch(l.sql_at)) / 86400
  from leads l join opportunities o on o.lead_id = l.lead_id and o.kind = 'new'
  where l.sql_at is not null group by l.lead_id, l.sql_at
  having min(o.quoted_at) >= $start and min(o.quoted_at) < $end
  union all
  select (epoch(closed_at) - epoch(quoted_at)) / 86400 from opportunities
  where kind = 'new' and quoted_at is not null and closed_at >= $start and closed_at < $end)
select quantile_cont(days, 0.9) from stay
