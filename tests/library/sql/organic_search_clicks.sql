select coalesce(sum(clicks), 0) from keyword_rankings where day >= $start and day < $end
