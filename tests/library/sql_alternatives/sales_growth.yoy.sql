with v as (select coalesce(sum(amount) filter (closed_at >= $start and closed_at < $end), 0) now, sum(amount) filter (closed_at >= $start - interval 1 year and closed_at < $end - interval 1 year) before
           from opportunities where outcome = 'won')
select now / before - 1 from v where before > 0
