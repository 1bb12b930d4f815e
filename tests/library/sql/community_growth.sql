with ends as (
  select community_id, arg_max(members, day) as last, arg_min(members, day) as first
  from communities where day >= $start and day < $end group by community_id)
select 1.0 * sum(last) / nullif(sum(first), 0) - 1 from ends
