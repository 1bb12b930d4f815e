select 1.0 * count(*) filter (session_id in (select session_id from events where kind = 'conversion'))
       / nullif(count(*), 0)
from sessions where started_at >= $start and started_at < $end
