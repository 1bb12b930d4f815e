select 1.0 * (count(*) filter (sentiment = 'positive') - count(*) filter (sentiment = 'negative'))
       / nullif(count(sentiment), 0)
from mentions where medium = 'social' and occurred_at >= $start and occurred_at < $end
