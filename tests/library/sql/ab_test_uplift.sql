with rate as (
  select 1.0 * count(*) filter (kind = 'conversion') / nullif(count(*) filter (kind = 'cta_view'), 0) as every,
         1.0 * count(*) filter (kind = 'conversion' and ab_variant = 'A')
           / nullif(count(*) filter (kind = 'cta_view' and ab_variant = 'A'), 0) as control
  from events where ab_test_id is not null and occurred_at >= $start and occurred_at < $end)
select every / nullif(control, 0) - 1 from rate
