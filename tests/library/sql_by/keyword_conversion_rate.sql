-- by keyword
select keyword,
       avg((session_id in (select session_id from events where kind = 'conversion'))::int) as value
from sessions where started_at >= $start and started_at < $end group by 1
