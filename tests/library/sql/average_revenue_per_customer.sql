select sum(amount) / nullif(count(distinct customer_id), 0) from invoices
where issued_on >= $start and issued_on < $end
