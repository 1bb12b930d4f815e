-- by stage
select 'awareness', count(distinct visitor_id) as value from sessions where started_at >= $start and started_at < $end having count(*) > 0
union all
select 'interest', count(*) from leads where created_at >= $start and created_at < $end having count(*) > 0
union all
select 'consideration', count(*) from leads where mql_at >= $start and mql_at < $end having count(*) > 0
union all
select 'intent', count(*) from leads where sql_at >= $start and sql_at < $end having count(*) > 0
union all
select 'evaluation', count(*) from opportunities where kind = 'new' and quoted_at >= $start and quoted_at < $end having count(*) > 0
union all
select 'purchase', count(*) from opportunities
where kind = 'new' and outcome = 'won' and closed_at >= $start and closed_at < $end having count(*) > 0
