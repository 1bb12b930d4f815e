-- by stage
select 'impression', coalesce(sum(impressions), 0) as value from ad_stats where day >= $start and day < $end having count(*) > 0
union all
select 'click', coalesce(sum(clicks), 0) from ad_stats where day >= $start and day < $end having count(*) > 0
union all
select 'lead', count(*) from leads where created_at >= $start and created_at < $end having count(*) > 0
union all
select 'mql', count(*) from leads where mql_at >= $start and mql_at < $end having count(*) > 0
union all
select 'sql', count(*) from leads where sql_at >= $start and sql_at < $end having count(*) > 0
union all
select 'won', count(*) from opportunities where outcome = 'won' and closed_at >= $start and closed_at < $end having count(*) > 0
union all
select 'repeat_buyer', count(distinct customer_id) from invoices
where purchase_no >= 2 and kind <> 'recurring' and issued_on >= $start and issued_on < $end having count(*) > 0
