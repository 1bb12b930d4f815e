select median((epoch(o.closed_at) - epoch(l.first_touch_at)) / 86400)
from opportunities o join leads l using (lead_id)
where o.kind = 'new' and o.outcome = 'won' and o.closed_at >= $start and o.closed_at < $end
