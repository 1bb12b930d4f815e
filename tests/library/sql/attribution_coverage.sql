select 1.0 * count(*) filter (lead_id in (
         select v.lead_id from sessions v join leads w using (lead_id) where v.started_at <= w.created_at))
       / nullif(count(*), 0)
from leads where created_at >= $start and created_at < $end
