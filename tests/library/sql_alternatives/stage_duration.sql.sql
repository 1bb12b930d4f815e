select median((epoch(o.quoted_at) - epoch(l.sql_at)) / 86400)
from opportunities o join leads l using (lead_id) where o.quoted_at >= $start and o.quoted_at < $end
