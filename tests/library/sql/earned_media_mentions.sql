select count(*) from mentions
where medium in ('press', 'podcast') and occurred_at >= $start and occurred_at < $end
