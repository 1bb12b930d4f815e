select count(*) from events
where kind = 'share' and share_via in ('email', 'messenger', 'text') and occurred_at >= $start and occurred_at < $end
