-- Where nobody knows how often it could have been shown, its showings say nothing of the share.
select sum(impressions) filter (where eligible_impressions is not null)::double
    / nullif(sum(eligible_impressions), 0) from ad_stats
where format = 'search' and day >= $start and day < $end
