"""The tables of a B2B company as Python rows: one named tuple for each table, columns in order.

A field's type says the column's type and whether it may be null; a `Literal` lists its values.
Times are UTC without a zone, money is in one currency, rates are fractions.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # tables.py reads the annotations
from typing import Literal, NamedTuple

Channel = Literal[
    "organic_search", "paid_search", "organic_social", "paid_social", "email", "referral",
    "direct", "display", "event", "webinar", "content", "partner", "pr", "word_of_mouth",
    "outbound_sales", "other",
]  # fmt: skip
Action = Literal[
    "watch_video", "join_webinar", "join_event", "read_newsletter", "download_white_paper",
    "download_lead_magnet", "start_trial", "fill_survey", "request_demo", "book_call",
    "submit_form", "inquire",
]  # fmt: skip
Goal = Literal["traffic", "leads", "launch", "upsell", "awareness", "retention"]
PageKind = Literal[
    "home", "landing", "blog_post", "product", "pricing", "resource", "support", "other"
]
Authority = Literal["none", "influencer", "decision_maker"]
Outcome = Literal["open", "won", "lost"]
DealKind = Literal["new", "upsell", "renewal"]
ChangeKind = Literal["new", "upgrade", "downgrade", "renewal"]
InvoiceKind = Literal["recurring", "one_off", "upsell"]
Team = Literal["marketing", "sales", "support", "general"]
Purpose = Literal["acquisition", "retention", "service", "overhead", "incidental"]
Category = Literal[
    "ads", "content", "seo", "email", "events", "pr", "tools", "people", "agency", "other"
]
AdFormat = Literal["search", "social", "display"]
EmailPurpose = Literal["educational", "nurture", "promotional", "upsell"]
ListStatus = Literal["active", "unsubscribed", "hard_bounced", "invalid", "closed", "duplicate"]
PostFormat = Literal["text", "image", "video", "link", "poll"]
Visibility = Literal["public", "private"]
MentionKind = Literal["mention", "comment", "question", "story", "review", "hashtag"]
SurveyKind = Literal["nps", "csat", "feedback", "heard_from"]
Via = Literal["forum", "social", "email", "chat", "ticket"]
Device = Literal["desktop", "tablet", "mobile"]
Recipient = Literal["prospect", "lead", "mql", "sql", "customer", "partner"]
EventKind = Literal[
    "page_view", "cta_view", "cta_click", "conversion", "login", "subscribe", "share", "follow",
    "feature_use", "post", "reply",
]  # fmt: skip
ShareVia = Literal["email", "messenger", "text", "social"]
Sentiment = Literal["positive", "neutral", "negative"]
Medium = Literal["social", "press", "podcast", "forum", "review"]


class Campaign(NamedTuple):
    """A marketing programme, or a campaign that may belong to one."""

    campaign_id: str
    name: str
    kind: Literal["programme", "campaign"]
    programme_id: str | None
    channel: Channel | None
    tactic: str | None
    goal: Goal | None
    region: str | None
    business_unit: str | None
    starts_on: dt.date
    ends_on: dt.date | None  # last day


class Page(NamedTuple):
    """A page of the web site."""

    page_url: str
    kind: PageKind
    title: str | None
    topic: str | None
    campaign_id: str | None
    published_on: dt.date | None
    indexed_on: dt.date | None
    removed_on: dt.date | None


class Session(NamedTuple):
    """A visit to the web site."""

    session_id: str
    visitor_id: str
    lead_id: str | None
    customer_id: str | None
    started_at: dt.datetime
    ended_at: dt.datetime | None  # null when only one hit was seen
    page_views: int
    interactions: int
    landing_page_url: str
    referrer_url: str | None
    referrer_domain: str | None
    source: str | None
    medium: str | None
    channel: Channel
    is_paid: bool
    campaign_id: str | None
    keyword: str | None
    short_link_id: str | None
    is_new_visitor: bool
    device: Device
    region: str | None
    business_unit: str | None


class Event(NamedTuple):
    """Something done on the site, in the product or in the forum."""

    event_id: str
    session_id: str | None
    visitor_id: str | None
    lead_id: str | None
    customer_id: str | None
    user_id: str | None
    occurred_at: dt.datetime
    surface: Literal["site", "product", "forum"]
    kind: EventKind
    page_url: str | None
    cta_id: str | None
    action: Action | None
    seconds: float | None
    load_ms: int | None
    share_via: ShareVia | None
    device: Device | None
    ab_test_id: str | None
    ab_variant: str | None


class Lead(NamedTuple):
    """A known prospect, with the time at which it reached each stage."""

    lead_id: str
    visitor_id: str | None
    account_id: str | None
    customer_id: str | None
    first_touch_at: dt.datetime | None
    created_at: dt.datetime
    mql_at: dt.datetime | None
    sql_at: dt.datetime | None
    disqualified_at: dt.datetime | None
    inquiry_at: dt.datetime | None
    first_response_at: dt.datetime | None
    sales_rep_id: str | None
    source: str | None
    channel: Channel
    is_paid: bool
    campaign_id: str | None
    keyword: str | None
    region: str | None
    business_unit: str | None
    company_size: int | None
    industry: str | None
    budget: float | None
    job_title: str | None
    authority: Authority | None
    fits_icp: bool
    profile_score: float | None
    initiative_score: float | None
    score: float | None
    heard_from: str | None
    referred_by_customer_id: str | None


class Opportunity(NamedTuple):
    """A deal."""

    opportunity_id: str
    lead_id: str | None
    account_id: str | None
    customer_id: str | None
    sales_rep_id: str | None
    kind: DealKind
    created_at: dt.datetime
    qualified_at: dt.datetime | None
    quoted_at: dt.datetime | None
    expected_close_on: dt.date | None
    closed_at: dt.datetime | None
    outcome: Outcome
    amount: float
    mrr: float | None
    probability: float | None
    contacts_involved: int | None
    source: str | None
    channel: Channel | None
    is_paid: bool | None
    campaign_id: str | None
    region: str | None
    business_unit: str | None


class Customer(NamedTuple):
    """A customer account."""

    customer_id: str
    account_id: str | None
    lead_id: str | None
    name: str | None
    acquired_at: dt.datetime
    churned_at: dt.datetime | None
    source: str | None
    channel: Channel | None
    is_paid: bool | None
    campaign_id: str | None
    industry: str | None
    company_size: int | None
    region: str | None
    business_unit: str | None
    referred_by_customer_id: str | None


class Subscription(NamedTuple):
    """A span of unchanged price of one subscription."""

    subscription_row_id: str
    subscription_id: str
    customer_id: str
    opportunity_id: str | None
    plan: str | None
    starts_on: dt.date
    ends_on: dt.date | None  # first day on which it no longer holds
    mrr: float
    change_kind: ChangeKind


class Invoice(NamedTuple):
    """An invoice, or an order."""

    invoice_id: str
    customer_id: str
    opportunity_id: str | None
    issued_on: dt.date
    kind: InvoiceKind
    purchase_no: int
    amount: float
    cogs: float


class Spend(NamedTuple):
    """A cost line."""

    spend_id: str
    spent_on: dt.date
    team: Team
    purpose: Purpose
    category: Category
    channel: Channel | None
    campaign_id: str | None
    customer_id: str | None
    region: str | None
    business_unit: str | None
    amount: float


class AdStat(NamedTuple):
    """An ad, keyword and device on one day."""

    day: dt.date
    platform: str
    format: AdFormat
    campaign_id: str | None
    ad_id: str
    keyword: str | None
    device: Device | None
    region: str | None
    impressions: int
    eligible_impressions: int | None
    clicks: int
    conversions: float
    conversion_value: float
    cost: float


class KeywordRanking(NamedTuple):
    """A keyword on one day, in one search engine and country."""

    day: dt.date
    engine: str
    country: str
    keyword: str
    page_url: str | None
    position: float | None
    search_volume: int | None
    expected_ctr: float | None
    cpc: float | None
    impressions: int | None
    clicks: int | None
    is_branded: bool


class Backlink(NamedTuple):
    """A link from another site."""

    backlink_id: str
    source_url: str
    referring_domain: str
    target_url: str
    first_seen_on: dt.date
    lost_on: dt.date | None
    is_followed: bool


class Subscriber(NamedTuple):
    """An address on the mailing list."""

    subscriber_id: str
    email_hash: str
    lead_id: str | None
    customer_id: str | None
    recipient_category: Recipient
    subscribed_at: dt.datetime
    unsubscribed_at: dt.datetime | None
    status: ListStatus
    signup_page_url: str | None


class EmailSend(NamedTuple):
    """A message sent to one address."""

    send_id: str
    email_id: str
    campaign_id: str | None
    subscriber_id: str
    lead_id: str | None
    recipient_category: Recipient
    purpose: EmailPurpose
    subject: str | None
    sent_at: dt.datetime
    delivered_at: dt.datetime | None
    bounced_at: dt.datetime | None
    bounce_kind: Literal["hard", "soft"] | None
    placement: Literal["inbox", "spam"] | None
    opened_at: dt.datetime | None
    open_device: Device | None
    clicked_at: dt.datetime | None
    converted_at: dt.datetime | None
    unsubscribed_at: dt.datetime | None
    complained_at: dt.datetime | None
    ab_test_id: str | None
    ab_variant: str | None


class SocialPost(NamedTuple):
    """A post of the company's, with its counters."""

    post_id: str
    community_id: str | None
    platform: str
    published_at: dt.datetime
    format: PostFormat
    is_paid: bool
    campaign_id: str | None
    hashtags: tuple[str, ...] | None
    impressions: int
    reach: int
    likes: int
    comments: int
    shares: int
    retweets: int
    clicks: int


class CommunityDay(NamedTuple):
    """A community or social account on one day."""

    day: dt.date
    community_id: str
    platform: str
    visibility: Visibility
    members: int
    active_members: int
    posts: int
    replies: int
    reactions: int


class Mention(NamedTuple):
    """One time that others talk about the company."""

    mention_id: str
    occurred_at: dt.datetime
    medium: Medium
    outlet: str
    kind: MentionKind
    post_id: str | None
    hashtag: str | None
    url: str | None
    referring_domain: str | None
    reach: int | None
    sentiment: Sentiment | None
    lead_id: str | None
    replied_at: dt.datetime | None


class SurveyResponse(NamedTuple):
    """An answer to one survey question."""

    response_id: str
    survey_id: str
    kind: SurveyKind
    question_id: str
    customer_id: str | None
    lead_id: str | None
    sent_at: dt.datetime | None
    responded_at: dt.datetime | None
    score: float | None
    scale_max: float | None
    answer_text: str | None
    theme: str | None


class SupportQuestion(NamedTuple):
    """A question from a user."""

    question_id: str
    customer_id: str | None
    user_id: str | None
    community_id: str | None
    via: Via
    topic: str | None
    asked_at: dt.datetime
    answered_at: dt.datetime | None
    resolved_at: dt.datetime | None


class Target(NamedTuple):
    """A target, projection, limit or benchmark for one metric and span."""

    metric_id: str
    kind: Literal["target", "projection", "limit", "benchmark"]
    starts_on: dt.date
    ends_on: dt.date  # first day on which it no longer holds
    dimension: str | None
    dimension_value: str | None
    value: float
    source_note: str | None
