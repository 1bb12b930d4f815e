-- by ab_variant
with rate as (
  select ab_variant,
         1.0 * count(*) filter (kind = 'conversion') / nullif(count(*) filter (kind = 'cta_view'), 0) as rate
  from events where ab_test_id is not null and occurred_at >= $start and occurred_at < $end group by 1)
select r.ab_variant, r.rate / nullif(c.rate, 0) - 1 as value from rate r, rate c where c.ab_variant = 'A'
