select 1.0 * (select count(distinct visitor_id) from events
              where kind = 'conversion' and occurred_at >= $start and occurred_at < $end
                and action in ('watch_video', 'join_webinar', 'join_event', 'read_newsletter',
                               'download_white_paper', 'download_lead_magnet', 'fill_survey', 'submit_form'))
       / nullif((select count(distinct visitor_id) from sessions where started_at >= $start and started_at < $end), 0)
