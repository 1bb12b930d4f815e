select 1.0 * (select count(*) from opportunities where outcome = 'won' and kind = 'new' and closed_at >= $start and closed_at < $end)
       / nullif((select count(*) from leads where created_at >= $start and created_at < $end), 0)
