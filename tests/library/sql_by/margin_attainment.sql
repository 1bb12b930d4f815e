-- by business_unit
select by_business_unit, (sum(amount) - sum(cogs)) / nullif(sum(amount), 0) / (select avg(value) from targets
  where metric_id = 'gross_margin' and kind = 'target' and dimension is null and starts_on < $end and ends_on >= $end) as value
from by_invoices where issued_on >= $start and issued_on < $end group by 1
