select coalesce(sum(amount * probability), 0) from opportunities
where outcome = 'open' and expected_close_on >= $start and expected_close_on < $end
