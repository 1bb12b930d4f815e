select count(*) from leads where sql_at >= $start and sql_at < $end
