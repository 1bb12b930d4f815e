select 1.0 * count(*) filter (kind = 'cta_click') / nullif(count(*) filter (kind = 'cta_view'), 0)
from events where occurred_at >= $start and occurred_at < $end
