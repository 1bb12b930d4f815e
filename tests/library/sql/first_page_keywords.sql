select count(distinct keyword) from keyword_rankings
where position <= 10 and day = (select max(day) from keyword_rankings where day >= $start and day < $end)
