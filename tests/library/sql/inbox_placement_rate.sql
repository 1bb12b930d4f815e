select 1.0 * count(*) filter (placement = 'inbox') / nullif(count(placement), 0) from email_sends
where sent_at >= $start and sent_at < $end
