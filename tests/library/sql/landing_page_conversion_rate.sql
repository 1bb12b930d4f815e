select 1.0 * count(distinct s.visitor_id)
         filter (s.session_id in (select session_id from events where kind = 'conversion'))
       / nullif(count(distinct s.visitor_id), 0)
from sessions s join pages p on p.page_url = s.landing_page_url
where p.kind = 'landing' and s.started_at >= $start and s.started_at < $end
