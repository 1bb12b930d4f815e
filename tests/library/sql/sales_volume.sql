select count(*) from invoices where kind <> 'recurring' and issued_on >= $start and issued_on < $end
