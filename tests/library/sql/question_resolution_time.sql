select median((epoch(resolved_at) - epoch(asked_at)) / 3600) from support_questions
where asked_at >= $start and asked_at < $end
