-- by heard_from or source
select {dimension}, 1.0 * count(heard_from) / nullif(sum(count(heard_from)) over (), 0) as value
from by_leads where created_at >= $start and created_at < $end group by 1
