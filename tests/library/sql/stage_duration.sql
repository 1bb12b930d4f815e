select (select median((epoch(mql_at) - epoch(created_at)) / 86400) from leads
where mql_at >= $start and mql_at < $end)
     + (select median((epoch(sql_at) - epoch(mql_at)) / 86400) from leads where sql_at >= $start and sql_at < $end)
     + (select median((epoch(o.quoted_at) - epoch(l.sql_at)) / 86400)
        from opportunities o join leads l using (lead_id) where o.quoted_at >= $start and o.quoted_at < $end)
     + (select median((epoch(closed_at) - epoch(quoted_at)) / 86400) from opportunities
        where lead_id is not null and closed_at >= $start and closed_at < $end)
