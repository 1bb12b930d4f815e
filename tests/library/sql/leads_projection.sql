select coalesce(sum(value), 0) from targets
where metric_id = 'leads' and kind = 'projection' and dimension is null and starts_on >= $start and starts_on < $end
