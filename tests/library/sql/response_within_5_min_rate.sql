select 1.0 * count(*) filter (first_response_at <= inquiry_at + interval 5 minutes) / nullif(count(*), 0)
from leads where inquiry_at >= $start and inquiry_at < $end
