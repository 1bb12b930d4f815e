select 1 - 1.0 * count(*) filter (
         (ended_at is not null and epoch(ended_at) - epoch(started_at) >= 10) or page_views >= 2 or interactions > 0)
       / nullif(count(*), 0)
from sessions where started_at >= $start and started_at < $end
