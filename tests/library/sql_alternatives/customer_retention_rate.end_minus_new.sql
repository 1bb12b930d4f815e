select 1.0 * (count(*) filter (acquired_at < $end and (churned_at is null or churned_at >= $end))
              - count(*) filter (acquired_at >= $start and acquired_at < $end))
       / nullif(count(*) filter (acquired_at < $start and (churned_at is null or churned_at >= $start)), 0)
from customers
