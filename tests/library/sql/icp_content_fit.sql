select 1.0 * count(*) filter (l.fits_icp) / nullif(count(*), 0)
from events e join leads l using (lead_id)
where e.kind = 'conversion' and e.occurred_at >= $start and e.occurred_at < $end
