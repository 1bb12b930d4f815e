select avg(epoch(ended_at) - epoch(started_at)) from sessions
where started_at >= $start and started_at < $end and ended_at is not null
