select case when count(*) = 0 then 0 else sum(reach) end from mentions where medium in ('press', 'podcast') and occurred_at >= $start and occurred_at < $end
