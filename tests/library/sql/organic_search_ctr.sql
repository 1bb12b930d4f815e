select sum(clicks)::double / nullif(sum(impressions), 0) from keyword_rankings
where day >= $start and day < $end
