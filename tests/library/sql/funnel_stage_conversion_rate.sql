select 1.0 * ((select count(mql_at) from leads where created_at >= $start and created_at < $end)
            + (select count(sql_at) from leads where mql_at >= $start and mql_at < $end)
            + (select count(*) from leads where sql_at >= $start and sql_at < $end
               and lead_id in (select lead_id from opportunities where kind = 'new' and quoted_at is not null))
            + (select count(*) from opportunities where kind = 'new' and outcome = 'won' and quoted_at >= $start and quoted_at < $end))
       / nullif((select count(*) from leads where created_at >= $start and created_at < $end)
              + (select count(*) from leads where mql_at >= $start and mql_at < $end)
              + (select count(*) from leads where sql_at >= $start and sql_at < $end)
              + (select count(*) from opportunities where kind = 'new' and quoted_at >= $start and quoted_at < $end), 0)
