select 1.0 * (select count(*) from opportunities
              where outcome = 'won' and channel in ('organic_social', 'paid_social') and closed_at >= $start and closed_at < $end)
       / nullif((select sum(likes + comments + shares + retweets + clicks) from social_posts where published_at >= $start and published_at < $end), 0)
