select 1.0 * count(distinct visitor_id) filter (session_id in (select session_id from events where kind = 'conversion'))
       / nullif(count(distinct visitor_id), 0)
from sessions where started_at >= $start and started_at < $end
