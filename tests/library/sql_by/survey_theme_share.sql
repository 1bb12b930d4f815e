-- by theme or survey
select {dimension}, 1.0 * count(theme) / nullif(sum(count(theme)) over (), 0) as value
from by_survey_responses where responded_at >= $start and responded_at < $end group by 1
