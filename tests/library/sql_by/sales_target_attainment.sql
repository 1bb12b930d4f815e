-- by business_unit or region
select {dimension}, sum(amount) / (select sum(value) from targets
  where metric_id = 'closed_won_value' and kind = 'target' and dimension is null
    and starts_on >= $start and starts_on < $end) as value
from by_opportunities where outcome = 'won' and closed_at >= $start and closed_at < $end group by 1
