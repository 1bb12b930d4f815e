select coalesce(sum(amount) filter (outcome = 'won'), 0) / nullif(count(distinct sales_rep_id), 0)
from opportunities where closed_at >= $start and closed_at < $end
