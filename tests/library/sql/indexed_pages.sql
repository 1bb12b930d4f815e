select count(*) from pages where indexed_on < $end and (removed_on is null or removed_on >= $end)
