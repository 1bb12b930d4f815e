select count(distinct customer_id) from invoices
where purchase_no >= 2 and kind <> 'recurring' and issued_on >= $start and issued_on < $end
