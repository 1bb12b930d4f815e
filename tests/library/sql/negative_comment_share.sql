select 1.0 * count(*) filter (sentiment = 'negative') / nullif(count(sentiment), 0)
from mentions where medium = 'social' and kind = 'comment' and occurred_at >= $start and occurred_at < $end
