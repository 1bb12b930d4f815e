select avg(active) / nullif(avg(members), 0)
from (select sum(active_members) active, sum(members) members from communities where day >= $start and day < $end group by day)
