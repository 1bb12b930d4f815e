select count(*) from backlinks where first_seen_on < $end and (lost_on is null or lost_on >= $end)
