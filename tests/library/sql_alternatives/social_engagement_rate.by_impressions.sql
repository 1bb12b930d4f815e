select sum(likes + comments + shares + retweets)::double / nullif(sum(impressions), 0)
from social_posts where published_at >= $start and published_at < $end
