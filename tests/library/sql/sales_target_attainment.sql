select (select coalesce(sum(amount), 0) from opportunities
where outcome = 'won' and closed_at >= $start and closed_at < $end)
       / nullif((select sum(value) from targets
                 where metric_id = 'closed_won_value' and kind = 'target' and dimension is null and starts_on >= $start and starts_on < $end), 0)
