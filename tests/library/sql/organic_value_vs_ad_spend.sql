with last as (
  select *, row_number() over (partition by engine, country, keyword order by day desc) as back
  from keyword_rankings where day < $end and day >= $end - interval 35 days)
select (select sum(search_volume * expected_ctr * cpc) from last where back = 1)
       / nullif((select sum(cost) from ad_stats where format = 'search' and day >= $start and day < $end), 0)
