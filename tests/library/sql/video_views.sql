select count(*) from events
where kind = 'conversion' and action = 'watch_video' and occurred_at >= $start and occurred_at < $end
