-- by campaign or business_unit
select {dimension}, count(*) / (select sum(value) from targets
  where metric_id = 'leads' and kind = 'target' and dimension is null and starts_on >= $start and starts_on < $end) as value
from by_leads where created_at >= $start and created_at < $end group by 1
