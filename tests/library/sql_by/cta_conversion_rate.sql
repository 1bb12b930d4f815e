-- by action
select action,
       1.0 * count(*) filter (kind = 'conversion') / nullif(count(*) filter (kind = 'cta_view'), 0) as value
from events where occurred_at >= $start and occurred_at < $end group by 1
