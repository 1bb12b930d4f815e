select count(*) from events
where kind = 'conversion' and action = 'download_white_paper' and occurred_at >= $start and occurred_at < $end
