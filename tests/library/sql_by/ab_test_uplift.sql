-- by ab_test_id, ab_variant
with rate as (
  select ab_test_id, ab_variant,
         1.0 * count(*) filter (kind = 'conversion') / nullif(count(*) filter (kind = 'cta_view'), 0) as rate
  from events where ab_test_id is not null and occurred_at >= $start and occurred_at < $end group by 1, 2)
select r.ab_test_id, r.ab_variant, r.rate / nullif(c.rate, 0) - 1 as value
from rate r join rate c on c.ab_test_id = r.ab_test_id and c.ab_variant = 'A'
