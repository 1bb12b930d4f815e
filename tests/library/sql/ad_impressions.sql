select coalesce(sum(impressions), 0) from ad_stats where day >= $start and day < $end
