with v as (select coalesce(sum(amount) filter (closed_at >= $start and closed_at < $end), 0) now,
                  sum(amount) filter (closed_at >= $start - to_months(datediff('month', $start, $end)) and closed_at < $start) before
           from opportunities where outcome = 'won')
select now / before - 1 from v where before > 0
