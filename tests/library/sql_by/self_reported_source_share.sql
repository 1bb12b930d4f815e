-- by heard_from
select heard_from, 1.0 * count(*) / sum(count(*)) over () as value
from leads where heard_from is not null and created_at >= $start and created_at < $end group by 1
