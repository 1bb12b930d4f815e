with v as (select coalesce(sum(amount) filter (issued_on >= $start and issued_on < $end), 0) now,
                  sum(amount) filter (issued_on >= $start - interval 1 year and issued_on < $end - interval 1 year) before
           from invoices)
select now / before - 1 from v where before > 0
