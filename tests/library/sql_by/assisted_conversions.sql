-- by channel
select t.channel, count(distinct l.lead_id) as value
from leads l join sessions t on t.lead_id = l.lead_id and t.started_at < l.created_at and t.channel <> l.channel
where l.created_at >= $start and l.created_at < $end group by 1
