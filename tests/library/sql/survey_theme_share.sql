select 1.0 * count(theme) / nullif(count(theme), 0) from survey_responses
where responded_at >= $start and responded_at < $end
