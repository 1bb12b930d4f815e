select 1.0 * (select count(*) from leads where channel = 'email' and mql_at >= $start and mql_at < $end)
       / nullif((select count(distinct subscriber_id) from email_sends
                 where delivered_at is not null and sent_at >= $start and sent_at < $end), 0)
