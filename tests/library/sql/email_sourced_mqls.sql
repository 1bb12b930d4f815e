select count(*) from leads where channel = 'email' and mql_at >= $start and mql_at < $end
