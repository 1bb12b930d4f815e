select sum(amount) / sum(amount) from spend
where team = 'marketing' and spent_on >= $start and spent_on < $end
