-- by landing_page_url
with hit as (select distinct session_id from events where kind = 'conversion')
select s.landing_page_url,
       1.0 * count(distinct s.visitor_id) filter (p.kind = 'landing' and h.session_id is not null)
         / nullif(count(distinct s.visitor_id) filter (p.kind = 'landing'), 0) as value
from sessions s join pages p on p.page_url = s.landing_page_url left join hit h using (session_id)
where s.started_at >= $start and s.started_at < $end group by 1
