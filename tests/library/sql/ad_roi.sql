select (sum(conversion_value) - sum(cost)) / nullif(sum(cost), 0) from ad_stats
where day >= $start and day < $end
