select sum(impressions)::double / nullif(sum(eligible_impressions), 0) from ad_stats
where format = 'search' and day >= $start and day < $end
