select count(*) from events
where kind = 'conversion' and action = 'book_call' and occurred_at >= $start and occurred_at < $end
