-- by theme
select theme, 1.0 * count(*) / sum(count(*)) over () as value
from survey_responses where theme is not null and responded_at >= $start and responded_at < $end group by 1
