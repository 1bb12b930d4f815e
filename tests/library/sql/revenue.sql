select coalesce(sum(amount), 0) from invoices where issued_on >= $start and issued_on < $end
