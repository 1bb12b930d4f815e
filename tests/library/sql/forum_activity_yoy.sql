with v as (select sum(posts + replies) filter (day >= $start and day < $end) now, sum(posts + replies) filter (day >= $start - interval 1 year and day < $end - interval 1 year) before
           from communities where platform = 'user_forum')
select 1.0 * now / before - 1 from v where before > 0
