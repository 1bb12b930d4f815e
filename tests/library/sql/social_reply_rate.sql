select 1.0 * count(replied_at) / nullif(count(*), 0)
from mentions
where medium = 'social' and kind in ('comment', 'question') and occurred_at >= $start and occurred_at < $end
