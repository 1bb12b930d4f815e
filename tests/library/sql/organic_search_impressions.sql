select coalesce(sum(impressions), 0) from keyword_rankings where day >= $start and day < $end
