select (select (sum(amount) - sum(cogs)) / nullif(sum(amount), 0) from invoices
where issued_on >= $start and issued_on < $end)
       / nullif((select avg(value) from targets
                 where metric_id = 'gross_margin' and kind = 'target' and dimension is null
                   and starts_on < $end and ends_on >= $end), 0)
