-- by stage
select 'interest', median((epoch($end) - epoch(created_at)) / 86400) as value from leads
where created_at < $end and coalesce(mql_at, sql_at, disqualified_at, $end) >= $end having count(*) > 0
union all
select 'consideration', median((epoch($end) - epoch(mql_at)) / 86400) from leads
where mql_at < $end and coalesce(sql_at, disqualified_at, $end) >= $end having count(*) > 0
union all
select 'intent', median((epoch($end) - epoch(sql_at)) / 86400)
from leads left join (select lead_id, min(quoted_at) as quoted_at from opportunities where kind = 'new' group by 1) using (lead_id)
where sql_at < $end and coalesce(quoted_at, disqualified_at, $end) >= $end having count(*) > 0
union all
select 'evaluation', median((epoch($end) - epoch(quoted_at)) / 86400) from opportunities
where kind = 'new' and quoted_at < $end and coalesce(closed_at, $end) >= $end having count(*) > 0
