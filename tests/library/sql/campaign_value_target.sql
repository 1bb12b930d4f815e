select coalesce(sum(value), 0) from targets
where metric_id = 'closed_won_value' and kind = 'target' and dimension = 'campaign_id'
  and starts_on >= $start and starts_on < $end
