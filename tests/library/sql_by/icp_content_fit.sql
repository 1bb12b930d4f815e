-- by page_url
select e.page_url, avg(l.fits_icp::int) filter (e.kind = 'conversion') as value
from events e left join leads l using (lead_id) where e.occurred_at >= $start and e.occurred_at < $end group by 1
