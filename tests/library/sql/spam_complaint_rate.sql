select 1.0 * count(complained_at) / nullif(count(delivered_at), 0) from email_sends
where sent_at >= $start and sent_at < $end
