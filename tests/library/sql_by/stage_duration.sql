-- by stage
select 'interest', median((epoch(mql_at) - epoch(created_at)) / 86400) as value
from leads where mql_at >= $start and mql_at < $end having count(*) > 0
union all
select 'consideration', median((epoch(sql_at) - epoch(mql_at)) / 86400)
from leads where sql_at >= $start and sql_at < $end having count(*) > 0
union all
select 'intent', median((epoch(quoted_at) - epoch(sql_at)) / 86400)
from leads join (select lead_id, min(quoted_at) as quoted_at from opportunities where kind = 'new' group by 1) using (lead_id)
where quoted_at >= $start and quoted_at < $end having count(*) > 0
union all
select 'evaluation', median((epoch(closed_at) - epoch(quoted_at)) / 86400) from opportunities
where kind = 'new' and closed_at >= $start and closed_at < $end having count(*) > 0
