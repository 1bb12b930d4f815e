select 1.0 * count(*) filter (lead_id in (select lead_id from opportunities where outcome = 'won'))
       / nullif(count(*), 0)
from leads where sql_at >= $start and sql_at < $end
