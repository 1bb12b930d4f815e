select count(*) from sessions
where referrer_domain in (select referring_domain from mentions
                          where medium in ('press', 'podcast') and occurred_at < $end)
  and started_at >= $start and started_at < $end
