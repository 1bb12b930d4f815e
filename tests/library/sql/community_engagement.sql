select sum(posts + replies + reactions)
       / nullif((select avg(m) from (select sum(members) m from communities where day >= $start and day < $end group by day)), 0)
from communities where day >= $start and day < $end
