select 1.0 * count(*) filter (purchase_no >= 2 and kind <> 'recurring') / nullif(count(distinct customer_id), 0)
from invoices where issued_on < $end
