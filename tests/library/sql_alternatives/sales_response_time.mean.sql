select avg((epoch(first_response_at) - epoch(inquiry_at)) / 60) from leads where inquiry_at >= $start and inquiry_at < $end
