select count(*) from email_sends e join subscribers s using (subscriber_id)
where s.unsubscribed_at < e.sent_at and e.sent_at >= $start and e.sent_at < $end
