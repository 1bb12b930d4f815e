select count(referred_by_customer_id) from leads where created_at >= $start and created_at < $end
