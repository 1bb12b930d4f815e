select count(*) from events
where kind = 'conversion' and action = 'download_lead_magnet' and occurred_at >= $start and occurred_at < $end
