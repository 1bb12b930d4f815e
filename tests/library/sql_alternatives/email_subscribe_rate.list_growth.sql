select 1.0 * (count(*) filter (subscribed_at >= $start and subscribed_at < $end) - count(*) filter (unsubscribed_at >= $start and unsubscribed_at < $end))
       / nullif(count(*) filter (subscribed_at < $start and (unsubscribed_at is null or unsubscribed_at >= $start)), 0)
from subscribers
