select coalesce(sum(amount), 0) from spend
where purpose in ('overhead', 'incidental') and spent_on >= $start and spent_on < $end
