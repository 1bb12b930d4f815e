select sum(cost) / nullif(sum(clicks), 0) from ad_stats where day >= $start and day < $end
