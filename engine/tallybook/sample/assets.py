"""What marketing owns: its campaigns, each with its own luck, and the pages of the site."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tallybook.sample.rows import Campaign, Page
from tallybook.sample.story import month_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.sample.chance import Chance
    from tallybook.sample.rows import Channel, Goal, PageKind
    from tallybook.sample.story import Company

_PAID_TO_LANDING = 0.8
_TO_HOME, _TO_BLOG = 0.25, 0.7
_LANDING_CHANNELS = ("paid_search", "paid_social", "display", "webinar", "event")
SITE = "https://www.example.com"
REGIONS = ("EMEA", "AMER", "APAC")
UNITS = ("platform", "services")
TOPICS = ("reporting", "forecasting", "integration", "security")
_PROGRAMMES: tuple[tuple[str, str, Goal], ...] = (
    ("prog-search", "Always-on search", "traffic"),
    ("prog-social", "Social reach", "awareness"),
    ("prog-events", "Events and webinars", "leads"),
    ("prog-nurture", "Nurture and growth", "upsell"),
)
_QUARTERLY: tuple[tuple[Channel, str, str, Goal, str], ...] = (
    ("paid_search", "brand", "search ads", "leads", "prog-search"),
    ("paid_search", "category", "search ads", "leads", "prog-search"),
    ("paid_social", "lookalike", "social ads", "leads", "prog-social"),
    ("paid_social", "jobs", "social ads", "awareness", "prog-social"),
    ("display", "retargeting", "banners", "awareness", "prog-social"),
    ("email", "newsletter", "mail series", "traffic", "prog-nurture"),
    ("email", "upgrade", "mail series", "upsell", "prog-nurture"),
    ("webinar", "live", "webinar", "leads", "prog-events"),
    ("event", "fair", "event", "leads", "prog-events"),
)
_LASTING_PAGES: tuple[tuple[PageKind, str], ...] = (
    ("home", ""), ("pricing", "pricing"), ("product", "product/reports"),
    ("product", "product/alerts"), ("product", "product/links"), ("resource", "guides/start"),
    ("resource", "guides/budget"), ("support", "help"), ("other", "about"),
    ("landing", "lp/demo"), ("landing", "lp/trial"), ("landing", "lp/white-paper"),
    ("landing", "lp/webinar"), ("landing", "lp/checklist"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effort:
    """A campaign and how well it works: 1 is usual, for what it draws and for what it costs."""

    row: Campaign
    pull: float
    price: float


class Campaigns:
    """The programmes, their campaigns, and those that run in a channel on a day."""

    def __init__(self, company: Company) -> None:
        first = company.start.date()
        self.programmes = tuple(
            Campaign(key, name, "programme", None, None, None, goal, None, None, first, None)
            for key, name, goal in _PROGRAMMES
        )
        self.efforts = tuple(_efforts(company, company.chance("campaigns")))
        self._running: dict[tuple[Channel, int], tuple[Effort, ...]] = {}

    def rows(self) -> list[Campaign]:
        """The table."""
        return [*self.programmes, *(effort.row for effort in self.efforts)]

    def running(self, channel: Channel, day: dt.date) -> tuple[Effort, ...]:
        """The campaigns of a channel that run on a day."""
        month = (channel, day.year * 12 + day.month)
        if month not in self._running:
            self._running[month] = tuple(
                e
                for e in self.efforts
                if e.row.channel == channel and e.row.starts_on <= day <= (e.row.ends_on or day)
            )
        return self._running[month]

    def credit(self, chance: Chance, channel: Channel, day: dt.date) -> str | None:
        """The campaign that a visit or lead came by, if any; luckier ones draw more."""
        running = self.running(channel, day)
        if not running or chance.happens(0.1):
            return None
        one, other = chance.pick(running), chance.pick(running)
        return (one if one.pull >= other.pull else other).row.campaign_id


def _efforts(company: Company, chance: Chance) -> Iterator[Effort]:
    for first in company.month_starts():
        if first.month % 3 != 1 and first != company.start.date():
            continue
        quarter = (first.month + 2) // 3
        for channel, key, tactic, goal, programme in _QUARTERLY:
            pull, price = 0.6 + 0.8 * chance.unit(), 0.7 + 0.6 * chance.unit()
            name = f"{tactic} {key} {first.year} Q{quarter}".capitalize()
            row = Campaign(
                campaign_id=f"{channel}-{key}-{first.year}q{quarter}".replace("_", "-"),
                name=name,
                kind="campaign",
                programme_id=programme,
                channel=channel,
                tactic=tactic,
                goal=goal,
                region=chance.pick((None, None, *REGIONS)),
                business_unit=chance.pick((None, *UNITS)),
                starts_on=first,
                ends_on=_quarter_end(first),
            )
            yield Effort(row, pull, price)


def _quarter_end(first: dt.date) -> dt.date:
    """The last day of the quarter that holds a month's first day."""
    months = 3 - (first.month - 1) % 3
    return (month_start(dt.datetime.combine(first, dt.time()), months) - dt.timedelta(1)).date()


class Pages:
    """The site's pages, and where a visit may begin on a day."""

    def __init__(self, company: Company) -> None:
        chance = company.chance("pages")
        online = company.start.date() - dt.timedelta(days=400)
        self.lasting = tuple(
            Page(
                page_url=f"{SITE}/{path}",
                kind=kind,
                title=path.replace("/", " ").replace("-", " ").capitalize() or "Home",
                topic=None if kind in ("home", "other") else chance.pick(TOPICS),
                campaign_id=None,
                published_on=online,
                indexed_on=None if kind == "landing" else online + dt.timedelta(days=3),
                removed_on=None,
            )
            for kind, path in _LASTING_PAGES
        )
        self.posts = tuple(_posts(company, chance))
        self._post_days = [post.published_on for post in self.posts if post.published_on]
        self._recent: dict[dt.date, tuple[str, ...]] = {}
        self._landing = tuple(p.page_url for p in self.lasting if p.kind == "landing")
        self._inner = tuple(p.page_url for p in self.lasting if p.kind not in ("landing", "home"))

    def rows(self) -> list[Page]:
        """The table."""
        return [*self.lasting, *self.posts]

    def entry(self, chance: Chance, channel: Channel, day: dt.date) -> str:
        """The page on which a visit begins."""
        lot = chance.unit()
        if channel in _LANDING_CHANNELS and lot < _PAID_TO_LANDING:
            return chance.pick(self._landing)
        if lot < _TO_HOME:
            return self.lasting[0].page_url
        return self.post(chance, day) if lot < _TO_BLOG else chance.pick(self._inner)

    def post(self, chance: Chance, day: dt.date) -> str:
        """A blog post of the last weeks, or any page where there is none yet."""
        if day not in self._recent:
            until = bisect_right(self._post_days, day)
            recent = [p for p in self.posts[max(0, until - 30) : until] if p.removed_on is None]
            self._recent[day] = tuple(post.page_url for post in recent) or self._inner
        return chance.pick(self._recent[day])


def _posts(company: Company, chance: Chance) -> Iterator[Page]:
    number = 0
    for first in company.month_starts():
        for day in sorted(chance.between(1, 28) for _ in range(chance.between(10, 18))):
            number += 1
            published = first.replace(day=day)
            indexed = published + dt.timedelta(days=chance.between(1, 20))
            removed = indexed + dt.timedelta(days=chance.between(90, 400))
            gone = chance.happens(0.06) and removed < company.end.date()
            yield Page(
                page_url=f"{SITE}/blog/{number:04d}",
                kind="blog_post",
                title=f"Post {number}",
                topic=chance.pick(TOPICS),
                campaign_id=None,
                published_on=published,
                indexed_on=indexed
                if indexed < company.end.date() and (gone or chance.happens(0.9))
                else None,
                removed_on=removed if gone else None,
            )
