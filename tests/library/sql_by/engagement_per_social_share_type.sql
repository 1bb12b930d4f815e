-- by format
select format, avg(likes + comments + shares + retweets) filter (is_paid = false) as value
from social_posts where published_at >= $start and published_at < $end group by 1
