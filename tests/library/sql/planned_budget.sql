select coalesce(sum(amount), 0) from spend where team = 'marketing' and spent_on >= $start and spent_on < $end
