select count(*) from subscriptions where change_kind = 'upgrade' and starts_on >= $start and starts_on < $end
