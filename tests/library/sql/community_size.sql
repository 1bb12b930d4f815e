select coalesce(sum(members), 0) from (
  select members, row_number() over (partition by community_id order by day desc) as back
  from communities where day < $end)
where back = 1
