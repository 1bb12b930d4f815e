select avg(contacts_involved) from opportunities where closed_at >= $start and closed_at < $end
