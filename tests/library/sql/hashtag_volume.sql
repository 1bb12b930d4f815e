select count(hashtag) from mentions where occurred_at >= $start and occurred_at < $end
