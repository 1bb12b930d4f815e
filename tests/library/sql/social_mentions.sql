select count(*) from mentions
where medium = 'social' and kind = 'mention' and occurred_at >= $start and occurred_at < $end
