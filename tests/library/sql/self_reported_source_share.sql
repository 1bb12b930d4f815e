select 1.0 * count(heard_from) / nullif(count(heard_from), 0) from leads
where created_at >= $start and created_at < $end
