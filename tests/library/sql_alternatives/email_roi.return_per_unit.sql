select (select coalesce(sum(amount), 0) from opportunities
        where outcome = 'won' and channel = 'email' and closed_at >= $start and closed_at < $end)
       / nullif((select sum(amount) from spend where channel = 'email' and spent_on >= $start and spent_on < $end), 0)
