select 1.0 * count(opened_at) filter (open_device = 'mobile') / nullif(count(opened_at), 0) from email_sends
where sent_at >= $start and sent_at < $end
