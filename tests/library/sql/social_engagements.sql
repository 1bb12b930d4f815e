select coalesce(sum(likes + comments + shares + retweets), 0) from social_posts
where published_at >= $start and published_at < $end
