select count(*) from leads
where channel in ('organic_social', 'paid_social') and mql_at >= $start and mql_at < $end
