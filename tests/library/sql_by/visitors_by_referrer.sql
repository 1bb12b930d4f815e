-- by referrer_domain
select referrer_domain, count(distinct visitor_id) as value
from sessions where started_at >= $start and started_at < $end group by 1
