"""Prospects and how far they came: leads with the times of their stages, and new deals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tallybook.sample.assets import REGIONS, UNITS
from tallybook.sample.chance import Weighted
from tallybook.sample.rows import Lead, Opportunity
from tallybook.sample.story import (
    PROFILES,
    Profile,
    at_day,
    business_second,
    is_bad,
    is_tired,
    lead_pace,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.sample.assets import Campaigns
    from tallybook.sample.chance import Chance
    from tallybook.sample.rows import Authority, Channel, Outcome
    from tallybook.sample.story import Company

# Deciles: the last ones are long, so that some conversions come months later.
_DAYS_OF_TOUCH = (0, 0, 0, 1, 2, 5, 9, 16, 28, 55, 160)
_DAYS_TO_MQL = (0, 0, 1, 2, 4, 6, 9, 13, 20, 36, 150)
_DAYS_TO_SQL = (0, 1, 3, 5, 8, 11, 15, 21, 30, 48, 170)
_DAYS_TO_DEAL = (0, 0, 0, 1, 1, 2, 3, 4, 6, 9, 20)
_DAYS_TO_QUOTE = (2, 4, 6, 8, 11, 14, 18, 23, 30, 42, 90)
_DAYS_TO_CLOSE = (5, 12, 18, 24, 30, 37, 45, 56, 72, 100, 240)
_MINUTES_TO_ANSWER = (1, 3, 5, 12, 35, 90, 240, 800, 1700, 3400, 9000)
COMPANY_SIZES = (4, 15, 30, 55, 90, 150, 240, 400, 700, 1500, 5200)
INDUSTRIES = ("software", "manufacturing", "logistics", "retail", "finance", "health")
_TITLES = ("Marketing lead", "Head of sales", "Analyst", "Operations manager", "Managing director")
_HEARD: dict[Channel, str] = {
    "organic_search": "search", "paid_search": "search", "event": "event", "webinar": "webinar",
    "partner": "partner", "referral": "article", "word_of_mouth": "word_of_mouth", "pr": "press",
}  # fmt: skip
_HEARD_ELSE = ("word_of_mouth", "podcast", "social media", "search", "community")
KEYWORDS = (
    "kpi scorecard", "marketing dashboard", "pipeline report", "lead scoring", "sales forecast",
    "tallymark", "tallymark pricing", "b2b attribution", "funnel report", "campaign roi",
)  # fmt: skip
SOURCES: dict[Channel, tuple[str, str, str | None]] = {
    "organic_search": ("google", "organic", "google.com"),
    "paid_search": ("google", "cpc", "google.com"),
    "paid_social": ("linkedin", "paid social", "linkedin.com"),
    "organic_social": ("linkedin", "social", "linkedin.com"),
    "email": ("newsletter", "email", None),
    "referral": ("partner-blog", "referral", "blog.example.org"),
    "direct": ("direct", "none", None),
    "display": ("display-net", "banner", "ads.example.net"),
    "webinar": ("webinar", "webinar", None),
    "event": ("fair", "event", None),
    "content": ("guides", "content", "guides.example.org"),
    "partner": ("partner", "partner", "partner.example.org"),
    "pr": ("press", "story", "news.example.org"),
    "word_of_mouth": ("colleague", "none", None),
    "outbound_sales": ("outbound", "call", None),
}
_AUTHORITIES: tuple[Authority, ...] = ("none", "influencer", "decision_maker")
_BY_PROFILE = Weighted((profile, profile.leads) for profile in PROFILES)
_NOT_FIRST_TOUCHED = ("event", "outbound_sales", "partner")


def leads(company: Company, campaigns: Campaigns) -> list[Lead]:
    """All leads in order of creation; no account is a customer yet."""
    chance = company.chance("leads")
    rows: list[Lead] = []
    for day in company.days():
        moments = sorted(
            (at_day(day, business_second(chance)), place)
            for place, profile in enumerate(PROFILES)
            for _ in range(chance.count(lead_pace(profile, day) * company.size))
        )
        for moment, place in moments:
            rows.append(_lead(len(rows) + 1, moment, PROFILES[place], company, campaigns, chance))
            if chance.happens(0.07):
                rows[-1] = _colleague(rows[-1], rows[int(chance.unit() * len(rows))])
    return rows


def _colleague(lead: Lead, first: Lead) -> Lead:
    """A second person of an account that is known already: marketing talks, sales does not."""
    return lead._replace(
        account_id=first.account_id,
        sql_at=None,
        industry=first.industry,
        company_size=first.company_size,
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """When a lead reached what."""

    first_touch: dt.datetime | None
    mql: dt.datetime | None
    sql: dt.datetime | None
    disqualified: dt.datetime | None
    inquiry: dt.datetime | None
    answer: dt.datetime | None


def _way(
    created: dt.datetime, profile: Profile, fits: bool, company: Company, chance: Chance
) -> _Way:
    first = created - dt.timedelta(
        days=chance.spread(_DAYS_OF_TOUCH), seconds=chance.between(60, 5400)
    )
    worth = (1.15 if fits else 0.7) * (0.5 if is_tired(profile.channel, created.date()) else 1.0)
    mql = _later(created, _DAYS_TO_MQL, company, chance, profile.mql * worth)
    sql = _later(mql, _DAYS_TO_SQL, company, chance, profile.sql * (1.1 if fits else 0.8))
    if mql is None and fits:  # a few go straight to sales
        sql = _later(created, _DAYS_TO_DEAL, company, chance, 0.03)
    lost = None if sql else _later(mql or created, _DAYS_TO_QUOTE, company, chance, 0.25)
    inquiry = _inquiry(created, mql or sql, company, chance)
    known = profile.channel not in _NOT_FIRST_TOUCHED or chance.happens(0.4)
    answer = _answer(inquiry, company, chance)
    return _Way(first if known else None, mql, sql, lost, inquiry, answer)


def _lead(
    number: int,
    created: dt.datetime,
    profile: Profile,
    company: Company,
    campaigns: Campaigns,
    chance: Chance,
) -> Lead:
    channel = profile.channel
    fits = chance.happens(0.5 + profile.win * 0.4)
    way = _way(created, profile, fits, company, chance)
    who, did = _scores(fits, way.mql is not None, chance)
    has_rep = way.sql or way.answer
    return Lead(
        lead_id=f"L{number:05d}",
        visitor_id=f"V{number:05d}" if way.first_touch else None,
        account_id=f"A{number:05d}",
        customer_id=None,
        first_touch_at=way.first_touch,
        created_at=created,
        mql_at=way.mql,
        sql_at=way.sql,
        disqualified_at=way.disqualified,
        inquiry_at=way.inquiry,
        first_response_at=way.answer,
        sales_rep_id=f"rep-{chance.between(1, 9):02d}" if has_rep else None,
        source=SOURCES[channel][0],
        channel=channel,
        is_paid=profile.is_paid,
        campaign_id=campaigns.credit(chance, channel, created.date()),
        keyword=chance.pick(KEYWORDS) if channel in ("organic_search", "paid_search") else None,
        region=chance.pick((*REGIONS, "EMEA", None)),
        business_unit=chance.pick((*UNITS, "platform")),
        company_size=chance.spread(COMPANY_SIZES),
        industry=chance.pick(INDUSTRIES),
        budget=float(chance.between(2, 60) * 1000) if way.mql else None,
        job_title=chance.pick(_TITLES) if way.mql or chance.happens(0.6) else None,
        authority=chance.pick(_AUTHORITIES) if way.mql else None,
        fits_icp=fits,
        profile_score=who,
        initiative_score=did,
        score=None if who is None or did is None else who + did,
        heard_from=_HEARD.get(channel, chance.pick(_HEARD_ELSE)) if chance.happens(0.5) else None,
        referred_by_customer_id=None,
    )


def _later(
    moment: dt.datetime | None,
    days: Sequence[int],
    company: Company,
    chance: Chance,
    probability: float = 1.0,
) -> dt.datetime | None:
    """When the next stage is reached: after some days, if ever, and not in the future."""
    if moment is None or not chance.happens(probability):
        return None
    then = moment + dt.timedelta(days=chance.spread(days), seconds=chance.between(600, 40000))
    return then if then < company.end else None


def _inquiry(
    created: dt.datetime, stage: dt.datetime | None, company: Company, chance: Chance
) -> dt.datetime | None:
    if stage is not None and chance.happens(0.55):
        return stage
    return _later(created, _DAYS_TO_DEAL, company, chance, 0.05)


def _answer(inquiry: dt.datetime | None, company: Company, chance: Chance) -> dt.datetime | None:
    if inquiry is None or chance.happens(0.12):
        return None
    wait = chance.spread(_MINUTES_TO_ANSWER) * (3 if is_bad(inquiry.date()) else 1)
    then = inquiry + dt.timedelta(minutes=wait, seconds=chance.between(0, 59))
    return then if then < company.end else None


def _scores(fits: bool, hot: bool, chance: Chance) -> tuple[float | None, float | None]:
    if chance.happens(0.08):  # the scoring job had not seen them
        return None, None
    profile = chance.between(30, 60) if fits else chance.between(5, 40)
    return float(profile), float(chance.between(15, 40) if hot else chance.between(0, 25))


def new_deals(company: Company, known: Sequence[Lead]) -> Iterator[Opportunity]:
    """A deal for most leads that sales accepted, and a few that came without a lead."""
    chance = company.chance("deals")
    by_channel = {profile.channel: profile for profile in PROFILES}
    number = 0
    for lead in known:
        if lead.sql_at is None or chance.happens(0.08):
            continue
        opened = _later(lead.sql_at, _DAYS_TO_DEAL, company, chance)
        if opened is None:
            continue
        number += 1
        deal = _deal(number, lead, opened, by_channel[lead.channel], company, chance)
        yield deal
        if number % 16 == 0:
            yield _without_lead(deal, lead)


def _without_lead(deal: Opportunity, lead: Lead) -> Opportunity:
    """A like deal of another account, typed in by hand: nobody knows where it came from."""
    return deal._replace(
        opportunity_id=f"{deal.opportunity_id}x",
        lead_id=None,
        account_id=f"{lead.account_id}x",
        source=None,
        channel=None,
        is_paid=None,
        campaign_id=None,
    )


def _deal(
    number: int,
    lead: Lead,
    opened: dt.datetime,
    profile: Profile,
    company: Company,
    chance: Chance,
) -> Opportunity:
    accepted = _later(opened, _DAYS_TO_DEAL, company, chance, 0.86)
    quoted = _later(accepted, _DAYS_TO_QUOTE, company, chance, 0.85)
    closed = _later(quoted or accepted or opened, _DAYS_TO_CLOSE, company, chance)
    odds = profile.win * (1.3 if quoted else 0.15) * (1.1 if lead.fits_icp else 0.8)
    outcome = _outcome(closed, odds, chance)
    mrr = 170 + (lead.company_size or 0) * 4 // 5 + chance.between(0, 160)
    return Opportunity(
        opportunity_id=f"D{number:05d}",
        lead_id=lead.lead_id,
        account_id=lead.account_id,
        customer_id=None,
        sales_rep_id=lead.sales_rep_id,
        kind="new",
        created_at=opened,
        qualified_at=accepted,
        quoted_at=quoted,
        expected_close_on=opened.date() + dt.timedelta(days=chance.between(10, 110)),
        closed_at=closed,
        outcome=outcome,
        amount=float(mrr * 12 * chance.pick((1, 1, 2, 3)) + chance.between(1, 6) * 500),
        mrr=float(mrr),
        probability={"won": 1.0, "lost": 0.0}.get(outcome, 0.6 if quoted else 0.25),
        contacts_involved=chance.between(2, 11) if accepted else None,
        source=lead.source,
        channel=lead.channel,
        is_paid=lead.is_paid,
        campaign_id=lead.campaign_id,
        region=lead.region,
        business_unit=lead.business_unit,
    )


def _outcome(closed: dt.datetime | None, odds: float, chance: Chance) -> Outcome:
    if closed is None:
        return "open"
    return "won" if chance.happens(odds * (0.35 if is_bad(closed.date()) else 1.0)) else "lost"


def any_profile(chance: Chance) -> Profile:
    """A profile as frequent as its leads are."""
    return chance.draw(_BY_PROFILE)
