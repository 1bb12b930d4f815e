select count(distinct s.lead_id) from sessions s join leads l using (lead_id)
where s.channel <> l.channel and s.started_at < l.created_at and l.created_at >= $start and l.created_at < $end
