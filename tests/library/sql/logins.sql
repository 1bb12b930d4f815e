select count(*) from events where kind = 'login' and occurred_at >= $start and occurred_at < $end
