select coalesce(sum(likes + comments + shares + retweets), 0) from social_posts
where is_paid = false and published_at >= $start and published_at < $end
