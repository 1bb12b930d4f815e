-- by channel
select channel, 1.0 * count(*) / sum(count(*)) over () as value
from sessions where started_at >= $start and started_at < $end group by 1
