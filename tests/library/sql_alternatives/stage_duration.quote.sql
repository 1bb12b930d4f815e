select median((epoch(closed_at) - epoch(quoted_at)) / 86400) from opportunities
where lead_id is not null and closed_at >= $start and closed_at < $end
