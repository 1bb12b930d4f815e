-- by channel or source
select {dimension}, 1.0 * count(*) / nullif(sum(count(*)) over (), 0) as value
from by_sessions where started_at >= $start and started_at < $end group by 1
