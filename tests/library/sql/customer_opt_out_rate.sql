select 1.0 * count(unsubscribed_at) / nullif(count(delivered_at), 0)
from email_sends where recipient_category = 'customer' and sent_at >= $start and sent_at < $end
