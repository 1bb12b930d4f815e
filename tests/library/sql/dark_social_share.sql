select 1.0 * count(*) filter (s.channel = 'direct' and s.is_new_visitor and p.kind <> 'home') / nullif(count(*), 0)
from sessions s left join pages p on p.page_url = s.landing_page_url
where s.started_at >= $start and s.started_at < $end
