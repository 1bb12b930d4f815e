select coalesce(sum(i.amount), 0) from invoices i join customers c using (customer_id)
where c.acquired_at < $start and i.issued_on >= $start and i.issued_on < $end
