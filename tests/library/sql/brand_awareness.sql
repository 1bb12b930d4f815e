select coalesce(sum(impressions), 0) from keyword_rankings where is_branded and day >= $start and day < $end
