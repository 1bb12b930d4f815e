select 1.0 * count(delivered_at) / nullif(count(*), 0) from email_sends
where sent_at >= $start and sent_at < $end
