select count(distinct keyword) from keyword_rankings
where position <= 5 and day = (select max(day) from keyword_rankings where day >= $start and day < $end)
