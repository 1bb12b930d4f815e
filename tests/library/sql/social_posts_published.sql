select count(*) from social_posts where published_at >= $start and published_at < $end
