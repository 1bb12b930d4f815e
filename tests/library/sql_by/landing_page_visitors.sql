-- by landing_page_url
select landing_page_url, count(distinct visitor_id) as value
from sessions where started_at >= $start and started_at < $end group by 1
