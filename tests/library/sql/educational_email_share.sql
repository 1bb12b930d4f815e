select 1.0 * count(*) filter (purpose in ('educational', 'nurture')) / nullif(count(*), 0)
from email_sends where recipient_category = 'customer' and sent_at >= $start and sent_at < $end
