with a as (select coalesce(sum(amount), 0) v from opportunities
           where outcome = 'won' and campaign_id is not null and closed_at >= $start and closed_at < $end),
     c as (select coalesce(sum(amount), 0) v from spend where campaign_id is not null and spent_on >= $start and spent_on < $end)
select (a.v - c.v) / nullif(c.v, 0) from a, c
