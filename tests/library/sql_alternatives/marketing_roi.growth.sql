with r as (select sum(amount) filter (issued_on >= $start and issued_on < $end) now, sum(amount) filter (issued_on >= $start - to_months(datediff('month', $start, $end)) and issued_on < $start) before from invoices),
     c as (select sum(amount) v from spend where team = 'marketing' and spent_on >= $start and spent_on < $end)
select (r.now - r.before - c.v) / c.v from r, c
