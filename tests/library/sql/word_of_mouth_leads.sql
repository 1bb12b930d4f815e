select count(*) from leads
where (channel = 'word_of_mouth' or heard_from = 'word_of_mouth' or referred_by_customer_id is not null)
  and created_at >= $start and created_at < $end
