select 100.0 * (count(*) filter (score >= 9) - count(*) filter (score <= 6)) / nullif(count(score), 0)
from survey_responses where kind = 'nps' and responded_at >= $start and responded_at < $end
