select coalesce(sum(mrr), 0) from subscriptions where starts_on < $end and (ends_on is null or ends_on >= $end)
