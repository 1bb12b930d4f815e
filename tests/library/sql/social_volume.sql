select count(*) from mentions where medium = 'social' and occurred_at >= $start and occurred_at < $end
