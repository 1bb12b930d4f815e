select 1.0 * count(*) filter (first_seen_on < $end and (lost_on is null or lost_on >= $end))
       / nullif(count(*) filter (first_seen_on < $start and (lost_on is null or lost_on >= $start)), 0) - 1
from backlinks
