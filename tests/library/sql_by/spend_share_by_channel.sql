-- by channel
select by_channel,
       sum(amount) / (select sum(amount) from spend where team = 'marketing' and spent_on >= $start and spent_on < $end) as value
from by_spend where team = 'marketing' and spent_on >= $start and spent_on < $end group by 1
