-- by community_id
select community_id, arg_max(members, day) as value from communities where day < $end group by 1
