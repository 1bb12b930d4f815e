"""Money out: advertisements day by day, all other cost, and how the site ranks in search."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.sample.assets import SITE
from tallybook.sample.funnel import KEYWORDS
from tallybook.sample.rows import AdStat, KeywordRanking, Spend
from tallybook.sample.story import FAIR_MONTHS, is_tired, month_start, pace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.sample.assets import Campaigns, Effort
    from tallybook.sample.chance import Chance
    from tallybook.sample.rows import AdFormat, Category, Channel, Device, Purpose, Team
    from tallybook.sample.story import Company

# Channel, platform, format, cost of a click in cents, clicks in 100,000 impressions, cost a month.
_ADS: tuple[tuple[Channel, str, AdFormat, int, int, int], ...] = (
    ("paid_search", "google_ads", "search", 310, 3200, 5200),
    ("paid_social", "linkedin", "social", 520, 620, 4600),
    ("display", "display_net", "display", 90, 140, 400),
)
_AD_DEVICES: tuple[Device, ...] = ("desktop", "mobile")
_TIRED_PRICE = 1.45  # the same audience again: a click costs more
# Team, purpose, category, channel, cost in a month at size 1.
_COSTS: tuple[tuple[Team, Purpose, Category, Channel | None, int], ...] = (
    ("marketing", "acquisition", "people", None, 9800),
    ("marketing", "acquisition", "tools", None, 1300),
    ("marketing", "acquisition", "content", "content", 1500),
    ("marketing", "acquisition", "seo", "organic_search", 1900),
    ("marketing", "acquisition", "other", "organic_social", 350),
    ("marketing", "acquisition", "email", "email", 650),
    ("marketing", "acquisition", "events", "webinar", 900),
    ("marketing", "acquisition", "other", "partner", 500),
    ("marketing", "acquisition", "pr", "pr", 450),
    ("marketing", "acquisition", "agency", None, 1200),
    ("marketing", "retention", "email", "email", 500),
    ("sales", "acquisition", "people", None, 14500),
    ("sales", "acquisition", "tools", "outbound_sales", 900),
    ("support", "service", "people", None, 6200),
    ("support", "retention", "people", None, 2100),
    ("general", "overhead", "other", None, 5200),
)
_FAIR_COST = 5200
_CLICK_RATES = (0.28, 0.15, 0.1, 0.07, 0.05, 0.04, 0.03, 0.025, 0.02, 0.018)
_LISTED = 100  # positions beyond are not listed


def ad_stats(company: Company, campaigns: Campaigns) -> Iterator[AdStat]:
    """Every ad, keyword and device day by day."""
    chance = company.chance("ad_stats")
    for day in company.days():
        for channel, platform, format_, click_cents, rate, monthly in _ADS:
            running = campaigns.running(channel, day)
            keywords = KEYWORDS[:3] if format_ == "search" else (None,)
            share = pace(day) * company.size * monthly / 30.4 / len(running) / len(keywords) / 2
            for effort in running:
                for keyword in keywords:
                    for device in _AD_DEVICES:
                        price = click_cents * (_TIRED_PRICE if is_tired(channel, day) else 1.0)
                        yield _ad_day(
                            (day, platform, format_, keyword, device),
                            effort,
                            (price, rate, share),
                            chance,
                        )


def _ad_day(
    what: tuple[dt.date, str, AdFormat, str | None, Device],
    effort: Effort,
    usual: tuple[float, int, float],
    chance: Chance,
) -> AdStat:
    day, platform, format_, keyword, device = what
    click_cents, rate, share = usual
    price = click_cents * effort.price
    clicks = chance.count(share * 100 / click_cents)
    impressions = clicks * 100_000 // rate + chance.between(5, 80)
    tired = is_tired(effort.row.channel, day)
    done = sum(chance.happens(0.05 * effort.pull * (0.4 if tired else 1.0)) for _ in range(clicks))
    return AdStat(
        day=day,
        platform=platform,
        format=format_,
        campaign_id=effort.row.campaign_id,
        ad_id=f"ad-{effort.row.campaign_id}",
        keyword=keyword,
        device=device,
        region=effort.row.region,
        impressions=impressions,
        eligible_impressions=impressions * chance.between(110, 260) // 100
        if format_ == "search"
        else None,
        clicks=clicks,
        conversions=float(done),
        conversion_value=float(done * chance.between(40, 260)),
        cost=int(clicks * price * chance.between(85, 115) / 100) / 100,
    )


def spend(company: Company, campaigns: Campaigns, ads: Sequence[AdStat]) -> list[Spend]:
    """All cost lines. Those of the category `ads` hold what the ads cost in the month."""
    chance = company.chance("spend")
    rows = [
        *_monthly(company, chance),
        *_fairs(company, campaigns, chance),
        *_ad_lines(campaigns, ads),
        *_incidents(company, chance),
    ]
    rows.sort(key=lambda row: row.spent_on)
    return [row._replace(spend_id=f"P{n:05d}") for n, row in enumerate(rows, 1)]


def _line(
    day: dt.date,
    team: Team,
    purpose: Purpose,
    category: Category,
    channel: Channel | None,
    cents: int,
    campaign_id: str | None = None,
) -> Spend:
    return Spend(
        spend_id="",
        spent_on=day,
        team=team,
        purpose=purpose,
        category=category,
        channel=channel,
        campaign_id=campaign_id,
        customer_id=None,
        region=None,
        business_unit=None,
        amount=cents / 100,
    )


def _monthly(company: Company, chance: Chance) -> Iterator[Spend]:
    for first in company.month_starts():
        for team, purpose, category, channel, monthly in _COSTS:
            cents = int(monthly * company.size * chance.between(92, 108))
            yield _line(
                first.replace(day=chance.between(1, 27)), team, purpose, category, channel, cents
            )


def _fairs(company: Company, campaigns: Campaigns, chance: Chance) -> Iterator[Spend]:
    """Each quarter has one fair, paid for in its month."""
    for effort in campaigns.efforts:
        if effort.row.channel != "event":
            continue
        first = effort.row.starts_on
        day = dt.date(first.year, FAIR_MONTHS[(first.month - 1) // 3], 12)
        if first <= day < company.end.date():
            cents = int(_FAIR_COST * company.size * effort.price * chance.between(90, 110))
            yield _line(
                day, "marketing", "acquisition", "events", "event", cents, effort.row.campaign_id
            )


def _ad_lines(campaigns: Campaigns, ads: Sequence[AdStat]) -> Iterator[Spend]:
    """One line a month and campaign, to the cent what the platforms charged."""
    channels = {effort.row.campaign_id: effort.row.channel for effort in campaigns.efforts}
    cents: dict[tuple[dt.date, str | None], int] = {}
    for ad in ads:
        month = (ad.day.replace(day=1), ad.campaign_id)
        cents[month] = cents.get(month, 0) + round(ad.cost * 100)
    for (first, campaign_id), amount in cents.items():
        last = month_start(dt.datetime.combine(first, dt.time()), 1).date() - dt.timedelta(days=1)
        channel = channels[campaign_id or ""]
        yield _line(last, "marketing", "acquisition", "ads", channel, amount, campaign_id)


def _incidents(company: Company, chance: Chance) -> Iterator[Spend]:
    for first in company.month_starts():
        if chance.happens(0.4):
            day = first.replace(day=chance.between(1, 27))
            cents = int(company.size * chance.between(20_000, 160_000))
            yield _line(day, "general", "incidental", "other", None, cents)


def keyword_rankings(company: Company) -> Iterator[KeywordRanking]:
    """Where the site stands for each keyword, once a week; it climbs slowly over the years."""
    chance = company.chance("keywords")
    places = [float(chance.between(3, 60)) for _ in KEYWORDS]
    weekly = [day for day in company.days() if day.weekday() == 0]
    for day in weekly:
        for nth, keyword in enumerate(KEYWORDS):
            places[nth] = min(130.0, max(1.0, places[nth] + (chance.unit() - 0.53) * 3))
            for country in ("DE", "US"):
                yield _ranking(day, country, keyword, places[nth], nth, chance)


def _ranking(
    day: dt.date, country: str, keyword: str, place: float, nth: int, chance: Chance
) -> KeywordRanking:
    position = int(place * 10 + chance.between(0, 9)) / 10
    listed = position <= _LISTED
    rate = _CLICK_RATES[int(position) - 1] if position < len(_CLICK_RATES) + 1 else 0.004
    volume = 60 * (nth + 3) * (1 + nth % 4)
    shown = volume // 4 * chance.between(40, 100) // 100 if listed else 0
    return KeywordRanking(
        day=day,
        engine="google",
        country=country,
        keyword=keyword,
        page_url=f"{SITE}/product/reports" if listed else None,
        position=position if listed else None,
        search_volume=volume,
        expected_ctr=rate if listed else 0.0,
        cpc=(180 + nth * 35) / 100,
        impressions=shown,
        clicks=int(shown * rate * (0.5 + chance.unit())),
        is_branded=keyword.startswith("tallymark"),
    )
