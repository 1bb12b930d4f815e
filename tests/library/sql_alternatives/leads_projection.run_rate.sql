select count(*) * epoch($end - $start) / epoch(least($end, timestamp '2024-07-01') - $start)
from leads where created_at >= $start and created_at < $end and created_at < timestamp '2024-07-01'
