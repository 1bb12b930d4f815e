select sum(position * impressions) / nullif(sum(impressions), 0)
from keyword_rankings where position is not null and impressions is not null and day >= $start and day < $end
