select 1.0 * count(*) filter (score >= scale_max - 1) / nullif(count(score), 0)
from survey_responses where kind = 'csat' and responded_at >= $start and responded_at < $end
