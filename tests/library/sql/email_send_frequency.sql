select 1.0 * count(*) / nullif(count(distinct subscriber_id), 0) from email_sends
where sent_at >= $start and sent_at < $end
