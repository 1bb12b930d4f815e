with last as (
  select *, row_number() over (partition by engine, country, keyword order by day desc) as back
  from keyword_rankings where day < $end and day >= $end - interval 35 days)
select count(distinct keyword) from last where back = 1 and position <= 5
