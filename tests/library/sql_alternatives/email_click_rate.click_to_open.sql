select 1.0 * count(clicked_at) / nullif(count(opened_at), 0) from email_sends where sent_at >= $start and sent_at < $end
