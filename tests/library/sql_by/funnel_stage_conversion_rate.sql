-- by stage
select 'interest', avg((mql_at is not null)::int) as value from leads where created_at >= $start and created_at < $end having count(*) > 0
union all
select 'consideration', avg((sql_at is not null)::int) from leads where mql_at >= $start and mql_at < $end having count(*) > 0
union all
select 'intent', avg((lead_id in (select lead_id from opportunities where kind = 'new' and quoted_at is not null and lead_id is not null))::int)
from leads where sql_at >= $start and sql_at < $end having count(*) > 0
union all
select 'evaluation', avg((outcome = 'won')::int) from opportunities
where kind = 'new' and quoted_at >= $start and quoted_at < $end having count(*) > 0
