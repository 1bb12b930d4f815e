select 1.0 * count(*) filter (churned_at < $end) / nullif(count(*), 0)
from customers where acquired_at < $start and (churned_at is null or churned_at >= $start)
