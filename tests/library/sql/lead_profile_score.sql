select avg(profile_score) from leads where created_at >= $start and created_at < $end
