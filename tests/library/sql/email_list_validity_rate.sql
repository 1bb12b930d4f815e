select 1.0 * count(*) filter (status = 'active') / nullif(count(*) filter (status <> 'unsubscribed'), 0)
from subscribers where subscribed_at < $end
