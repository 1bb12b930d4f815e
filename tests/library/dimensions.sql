-- Every table with the dimensions to cut it by, `by_<dimension>`, written from what the columns mean.
create table by_sessions as
select s.*, s.channel as by_channel, s.source as by_source, s.referrer_domain as by_referrer,
       s.referrer_domain as by_referrer_domain, c.name as by_campaign, s.campaign_id as by_campaign_id,
       c.programme_id as by_programme, c.tactic as by_tactic, s.keyword as by_keyword,
       s.landing_page_url as by_landing_page, s.landing_page_url as by_landing_page_url,
       case when s.is_paid then 'paid' else 'organic' end as by_paid_or_organic,
       'awareness' as by_stage, s.short_link_id as by_short_link, s.device as by_device, s.region as by_region,
       s.business_unit as by_business_unit
from sessions s left join campaigns c on c.campaign_id = s.campaign_id;

create table by_events as
select e.*, s.channel as by_channel, s.source as by_source, c.name as by_campaign, s.campaign_id as by_campaign_id,
       s.keyword as by_keyword, s.landing_page_url as by_landing_page, e.page_url as by_page,
       e.page_url as by_page_url, p.topic as by_topic, e.cta_id as by_cta,
       nullif(regexp_extract(e.cta_id, '(top|bottom)$'), '') as by_cta_position,
       e.action as by_action, e.action as by_cta_action, e.ab_test_id as by_ab_test,
       e.ab_test_id as by_ab_test_id, e.ab_variant as by_ab_variant, e.share_via as by_share_via,
       e.device as by_device, k.industry as by_industry
from events e
left join sessions s on s.session_id = e.session_id
left join campaigns c on c.campaign_id = s.campaign_id
left join pages p on p.page_url = e.page_url
left join customers k on k.customer_id = e.customer_id;

create table by_leads as
with entry as (
  select l.lead_id, arg_max(s.landing_page_url, (s.started_at, s.session_id)) as page
  from leads l join sessions s on s.lead_id = l.lead_id and s.started_at <= l.created_at group by 1),
mailed as (
  select l.lead_id, arg_max(e.recipient_category, (e.sent_at, e.send_id)) as kind
  from leads l join email_sends e on e.lead_id = l.lead_id and e.sent_at <= l.mql_at group by 1)
select l.*, l.channel as by_channel, l.source as by_source, c.name as by_campaign, l.campaign_id as by_campaign_id,
       c.programme_id as by_programme, c.tactic as by_tactic, l.keyword as by_keyword, l.region as by_region,
       l.business_unit as by_business_unit, l.industry as by_industry, l.account_id as by_account,
       l.sales_rep_id as by_sales_rep, l.heard_from as by_heard_from, entry.page as by_landing_page,
       case when l.is_paid then 'paid' else 'organic' end as by_paid_or_organic,
       case when l.channel like '%_social' then l.source end as by_platform, mailed.kind as by_recipient_category
from leads l
left join campaigns c on c.campaign_id = l.campaign_id
left join entry on entry.lead_id = l.lead_id
left join mailed on mailed.lead_id = l.lead_id;

create table by_opportunities as
select o.*, o.channel as by_channel, o.source as by_source, c.name as by_campaign, o.campaign_id as by_campaign_id,
       c.programme_id as by_programme, c.tactic as by_tactic, o.region as by_region,
       o.business_unit as by_business_unit, o.account_id as by_account, o.sales_rep_id as by_sales_rep,
       l.industry as by_industry, case when o.channel like '%_social' then o.source end as by_platform,
       case when l.company_size < 50 then '< 50' when l.company_size < 250 then '50–250'
            when l.company_size < 1000 then '250–1000' when l.company_size >= 1000 then '≥ 1000' end as by_company_size
from opportunities o
left join campaigns c on c.campaign_id = o.campaign_id
left join leads l on l.lead_id = o.lead_id;

create table by_customers as
select k.*, k.channel as by_channel, k.source as by_source, c.name as by_campaign, k.campaign_id as by_campaign_id,
       c.programme_id as by_programme, c.tactic as by_tactic, k.region as by_region,
       k.business_unit as by_business_unit, k.industry as by_industry
from customers k left join campaigns c on c.campaign_id = k.campaign_id;

create table by_subscriptions as
select s.*, s.plan as by_plan, k.channel as by_channel, c.name as by_campaign, k.campaign_id as by_campaign_id,
       k.region as by_region, k.business_unit as by_business_unit, k.industry as by_industry
from subscriptions s
left join customers k on k.customer_id = s.customer_id
left join campaigns c on c.campaign_id = k.campaign_id;

create table by_invoices as
select i.*, k.channel as by_channel, k.source as by_source, c.name as by_campaign, k.campaign_id as by_campaign_id,
       k.region as by_region, k.business_unit as by_business_unit, k.industry as by_industry
from invoices i
left join customers k on k.customer_id = i.customer_id
left join campaigns c on c.campaign_id = k.campaign_id;

create table by_spend as
select s.*, s.channel as by_channel, c.name as by_campaign, s.campaign_id as by_campaign_id,
       c.programme_id as by_programme, c.tactic as by_tactic, s.category as by_category, s.purpose as by_purpose,
       s.region as by_region, s.business_unit as by_business_unit, k.industry as by_industry
from spend s
left join campaigns c on c.campaign_id = s.campaign_id
left join customers k on k.customer_id = s.customer_id;

create table by_ad_stats as
select a.*, c.channel as by_channel, a.platform as by_platform, a.format as by_format, c.name as by_campaign,
       a.campaign_id as by_campaign_id, a.ad_id as by_ad, a.keyword as by_keyword, a.device as by_device,
       a.region as by_region
from ad_stats a left join campaigns c on c.campaign_id = a.campaign_id;

create table by_keyword_rankings as
select *, keyword as by_keyword, page_url as by_page from keyword_rankings;

create table by_backlinks as
select *, referring_domain as by_referrer, target_url as by_page from backlinks;

create table by_subscribers as
select s.*, s.recipient_category as by_recipient_category, s.signup_page_url as by_page, c.name as by_campaign
from subscribers s left join leads l on l.lead_id = s.lead_id left join campaigns c on c.campaign_id = l.campaign_id;

create table by_email_sends as
select e.*, c.name as by_campaign, e.campaign_id as by_campaign_id, e.recipient_category as by_recipient_category,
       e.purpose as by_purpose, e.subject as by_subject_line, e.ab_test_id as by_ab_test,
       e.open_device as by_device
from email_sends e left join campaigns c on c.campaign_id = e.campaign_id;

create table by_social_posts as
select p.*, p.platform as by_platform, p.format as by_format, p.format as by_post_format,
       case when p.is_paid then 'paid' else 'organic' end as by_paid_or_organic,
       hour(p.published_at) as by_post_time, c.name as by_campaign, p.campaign_id as by_campaign_id,
       p.community_id as by_community, p.community_id as by_community_id
from social_posts p left join campaigns c on c.campaign_id = p.campaign_id;

create table by_communities as
select *, community_id as by_community, community_id as by_community_id, platform as by_platform,
       visibility as by_visibility
from communities;

create table by_mentions as
select *, outlet as by_platform, outlet as by_outlet, hashtag as by_hashtag, sentiment as by_sentiment from mentions;

create table by_pages as
select *, page_url as by_page, page_url as by_page_url, topic as by_topic from pages;

create table by_survey_responses as
select r.*, r.theme as by_theme, r.survey_id as by_survey, k.industry as by_industry, k.region as by_region
from survey_responses r left join customers k on k.customer_id = r.customer_id;

create table by_support_questions as
select q.*, q.via as by_via, q.topic as by_topic, q.community_id as by_community, k.industry as by_industry
from support_questions q left join customers k on k.customer_id = q.customer_id;

create table by_targets as
select t.*, case t.dimension when 'campaign_id' then t.dimension_value end as by_campaign_id, c.name as by_campaign
from targets t left join campaigns c on t.dimension = 'campaign_id' and c.campaign_id = t.dimension_value;
