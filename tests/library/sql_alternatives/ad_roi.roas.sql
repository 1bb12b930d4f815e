select sum(conversion_value) / nullif(sum(cost), 0) from ad_stats where day >= $start and day < $end
