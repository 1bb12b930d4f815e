select count(*) from leads where least(mql_at, sql_at) >= $start and least(mql_at, sql_at) < $end
