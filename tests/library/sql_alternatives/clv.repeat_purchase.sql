select avg(amount - cogs) * (1.0 * count(*) / count(distinct customer_id))
from invoices where issued_on < $end
