select sum(mrr) from subscriptions where starts_on < $end and (ends_on is null or ends_on >= $end)
