-- by hashtag
select hashtag, count(hashtag) as value from mentions where occurred_at >= $start and occurred_at < $end group by 1
