select 1.0 * count(*) filter (kind = 'feature_use') / nullif(count(distinct customer_id), 0)
from events where surface = 'product' and occurred_at >= $start and occurred_at < $end
