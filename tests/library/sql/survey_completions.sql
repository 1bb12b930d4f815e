select count(*) from events
where kind = 'conversion' and action = 'fill_survey' and occurred_at >= $start and occurred_at < $end
