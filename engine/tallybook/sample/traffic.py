"""The web site: visits in order of time, and what was done in each of them."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from tallybook.sample.chance import Weighted
from tallybook.sample.funnel import KEYWORDS, SOURCES
from tallybook.sample.rows import Event, Session
from tallybook.sample.story import PROFILES, at_day, business_second, is_tired, pace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.sample.assets import Campaigns, Pages
    from tallybook.sample.chance import Chance
    from tallybook.sample.rows import Action, Channel, Customer, Device, EventKind, Lead, ShareVia
    from tallybook.sample.story import Company

_PAGE_VIEWS = (1, 1, 1, 2, 2, 2, 3, 4, 5, 7, 15)
_VISIT_SECONDS = (5, 20, 45, 75, 110, 160, 230, 330, 500, 800, 2400)
_LOAD_MS = (180, 380, 520, 650, 800, 980, 1200, 1500, 2000, 2900, 9000)
_PAGE_SECONDS = (2, 8, 15, 24, 35, 48, 65, 90, 130, 210, 700)
_DEVICES: Weighted[Device] = Weighted((("desktop", 62.0), ("mobile", 31.0), ("tablet", 7.0)))
_OFFLINE = ("event", "outbound_sales", "partner", "word_of_mouth")
_TOUCHES: Weighted[Channel] = Weighted(
    (profile.channel, profile.visits) for profile in PROFILES if profile.channel not in _OFFLINE
)
_REGIONS = ("EMEA", "EMEA", "AMER", "APAC", None)
_TOP_ACTIONS: tuple[Action, ...] = (
    "watch_video", "join_webinar", "join_event", "read_newsletter", "download_white_paper",
    "download_lead_magnet", "fill_survey", "submit_form",
)  # fmt: skip
_BOTTOM_ACTIONS: tuple[Action, ...] = ("start_trial", "request_demo", "book_call", "inquire")
_SHARES: tuple[ShareVia, ...] = ("email", "messenger", "text", "social", "social")
_KNOWN_VISITORS = 2000
_AT = attrgetter("at")
_RETURNING = 0.3
_LEAD_PAGES = 2
_TRACKED = ("social", "paid social", "email")
_USES: Weighted[EventKind] = Weighted(
    (("login", 3.0), ("feature_use", 8.0), ("post", 0.4), ("reply", 0.6))
)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visit to come: of a lead, of a customer who is signed in, or of a stranger."""

    at: dt.datetime
    channel: Channel
    lead: Lead | None = None
    customer_id: str | None = None
    converts_at: dt.datetime | None = None


class _Visitors:
    """Who comes: the same person keeps the same id, and is new only once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._strangers: deque[str] = deque(maxlen=_KNOWN_VISITORS)
        self._count = 0

    def who(self, visit: _Visit, chance: Chance) -> tuple[str, bool]:
        """The visitor's id, and whether this is their first visit."""
        if visit.lead is not None and visit.lead.visitor_id is not None:
            return self._named(visit.lead.visitor_id)
        if visit.customer_id is not None:
            return self._named(f"U{visit.customer_id[1:]}")
        if self._strangers and chance.happens(_RETURNING):
            return chance.pick(self._strangers), False
        self._count += 1
        self._strangers.append(f"N{self._count}")
        return self._strangers[-1], True

    def _named(self, visitor: str) -> tuple[str, bool]:
        new = visitor not in self._seen
        self._seen.add(visitor)
        return visitor, new


def sessions(
    company: Company,
    campaigns: Campaigns,
    pages: Pages,
    leads: Sequence[Lead],
    customers: Sequence[Customer],
) -> Iterator[Session]:
    """All visits in order of time. Asked again, the same ones come again."""
    chance = company.chance("sessions")
    planned = _planned(company, leads, customers)
    visitors = _Visitors()
    number = 0
    for day in company.days():
        due = [*planned.get(day, ()), *_strangers(day, company, chance)]
        for visit in sorted(due, key=_AT):
            number += 1
            yield _session(number, visit, visitors.who(visit, chance), campaigns, pages, chance)


def _strangers(day: dt.date, company: Company, chance: Chance) -> Iterator[_Visit]:
    busy = pace(day) * company.size / 30.4
    for profile in PROFILES:
        tired = 0.75 if is_tired(profile.channel, day) else 1.0
        for _ in range(chance.count(profile.visits * busy * tired)):
            yield _Visit(at_day(day, business_second(chance)), profile.channel)


def _planned(
    company: Company, leads: Sequence[Lead], customers: Sequence[Customer]
) -> dict[dt.date, list[_Visit]]:
    """The visits of leads on their way, and of customers, by day."""
    chance = company.chance("touches")
    planned: dict[dt.date, list[_Visit]] = {}
    for lead in leads:
        for visit in _touches(lead, chance):
            if visit.at >= company.start:
                planned.setdefault(visit.at.date(), []).append(visit)
    for customer in customers:
        for visit in _returns(customer, company, chance):
            planned.setdefault(visit.at.date(), []).append(visit)
    return planned


def _touches(lead: Lead, chance: Chance) -> Iterator[_Visit]:
    """Some earlier visits, often by another channel, and the one in which the lead converted."""
    if lead.visitor_id is None or lead.first_touch_at is None:
        return
    way = lead.created_at - lead.first_touch_at
    if way > dt.timedelta(hours=2):
        for nth in range(chance.between(1, 2)):
            at = lead.first_touch_at + way * nth // 4
            yield _Visit(at, chance.draw(_TOUCHES), lead)
    at = max(lead.first_touch_at, lead.created_at - dt.timedelta(seconds=chance.between(60, 1500)))
    if lead.channel not in _OFFLINE:
        yield _Visit(at, lead.channel, lead, converts_at=lead.created_at)


def _returns(customer: Customer, company: Company, chance: Chance) -> Iterator[_Visit]:
    """About one visit a month of a customer who is signed in."""
    until = customer.churned_at or company.end
    at = max(customer.acquired_at, company.start)
    while True:
        at += dt.timedelta(days=chance.between(8, 50), seconds=chance.between(0, 20000))
        if at >= until:
            return
        channel: Channel = chance.pick(("direct", "direct", "email", "organic_search"))
        yield _Visit(at, channel, customer_id=customer.customer_id)


def _session(
    number: int,
    visit: _Visit,
    visitor: tuple[str, bool],
    campaigns: Campaigns,
    pages: Pages,
    chance: Chance,
) -> Session:
    channel, day = visit.channel, visit.at.date()
    views = chance.spread(_PAGE_VIEWS)
    actions = int(chance.happens(0.2)) if views == 1 else chance.between(0, views)
    ended = visit.at + dt.timedelta(seconds=chance.spread(_VISIT_SECONDS))
    if visit.converts_at is not None:
        views, actions = max(views, _LEAD_PAGES), actions + 1
        ended = visit.converts_at + dt.timedelta(seconds=chance.between(5, 300))
    source, medium, domain = SOURCES[channel]
    searched = channel in ("organic_search", "paid_search")
    return Session(
        f"W{number}",
        visitor[0],
        visit.lead.lead_id if visit.lead else None,
        visit.customer_id,
        visit.at,
        None if views == 1 and actions == 0 else ended,
        views,
        actions,
        pages.entry(chance, channel, day),
        f"https://www.{domain}/" if domain else None,
        domain,
        source,
        medium,
        channel,
        channel in ("paid_search", "paid_social", "display"),
        campaigns.credit(chance, channel, day),
        chance.pick(KEYWORDS) if searched and chance.happens(0.6) else None,
        f"go{chance.between(1, 40):02d}" if medium in _TRACKED and chance.happens(0.2) else None,
        visitor[1],
        chance.draw(_DEVICES),
        chance.pick(_REGIONS),
        chance.pick(("platform", "services", None)),
    )


def events(
    company: Company, visits: Iterator[Session], pages: Pages, customers: Sequence[Customer]
) -> Iterator[Event]:
    """What was done in each visit, then what customers did in the product and the forum."""
    chance = company.chance("events")
    number = 0
    for visit in visits:
        for event in _deeds(visit, pages, chance):
            number += 1
            yield event._replace(event_id=f"E{number:07d}")
    for customer in customers:
        for event in _use(customer, company, chance):
            number += 1
            yield event._replace(event_id=f"E{number:07d}")


def _deeds(visit: Session, pages: Pages, chance: Chance) -> Iterator[Event]:
    """As many page views as the visit counts, and of its interactions those that have a name."""
    span = (visit.ended_at or visit.started_at) - visit.started_at
    page = visit.landing_page_url
    for nth in range(visit.page_views):
        last = nth == visit.page_views - 1
        seen = _event(visit, "page_view", span * nth // visit.page_views, page)
        yield seen._replace(
            seconds=None if last else float(chance.spread(_PAGE_SECONDS)),
            load_ms=chance.spread(_LOAD_MS),
        )
        if chance.happens(0.5):
            yield from _call_to_action(visit, page, span * (nth + 1) // visit.page_views, chance)
        page = pages.post(chance, visit.started_at.date())
    if visit.interactions and chance.happens(0.05):
        yield _event(visit, "share", span, page)._replace(share_via=chance.pick(_SHARES))
    if visit.interactions and chance.happens(0.04):
        kind: EventKind = "subscribe" if chance.happens(0.7) else "follow"
        yield _event(visit, kind, span, page)
    if visit.customer_id:
        yield _event(visit, "login", span, page)


def _call_to_action(
    visit: Session, page: str, when: dt.timedelta, chance: Chance
) -> Iterator[Event]:
    """Shown, perhaps clicked, perhaps done. The wording under test does better as B."""
    deep = visit.lead_id is not None and chance.happens(0.35)
    action = chance.pick(_BOTTOM_ACTIONS if deep else _TOP_ACTIONS)
    variant = chance.pick(("A", "B"))
    shown = _event(visit, "cta_view", when, page)._replace(
        cta_id=f"{action}-{chance.pick(('top', 'bottom'))}",
        action=action,
        ab_test_id="cta-wording",
        ab_variant=variant,
    )
    yield shown
    odds = (0.11 if variant == "B" else 0.08) * (3.0 if visit.lead_id else 1.0)
    if visit.interactions and chance.happens(odds):
        yield shown._replace(kind="cta_click")
        if chance.happens(0.45):
            yield shown._replace(kind="conversion")


def _event(visit: Session, kind: EventKind, after: dt.timedelta, page: str) -> Event:
    return Event(
        event_id="",
        session_id=visit.session_id,
        visitor_id=visit.visitor_id,
        lead_id=visit.lead_id,
        customer_id=visit.customer_id,
        user_id=None,
        occurred_at=visit.started_at + after,
        surface="site",
        kind=kind,
        page_url=page,
        cta_id=None,
        action=None,
        seconds=None,
        load_ms=None,
        share_via=None,
        device=visit.device,
        ab_test_id=None,
        ab_variant=None,
    )


def _use(customer: Customer, company: Company, chance: Chance) -> Iterator[Event]:
    """Sign-ins and feature uses in the product, now and then a post or reply in the forum."""
    until = customer.churned_at or company.end
    at = max(customer.acquired_at, company.start)
    while True:
        at += dt.timedelta(days=chance.between(1, 12), seconds=chance.between(0, 20000))
        if at >= until:
            return
        kind = chance.draw(_USES)
        yield Event(
            event_id="",
            session_id=None,
            visitor_id=None,
            lead_id=None,
            customer_id=customer.customer_id,
            user_id=f"{customer.customer_id}-u{chance.between(1, 4)}",
            occurred_at=at,
            surface="forum" if kind in ("post", "reply") else "product",
            kind=kind,
            page_url=None,
            cta_id=None,
            action=None,
            seconds=float(chance.spread(_VISIT_SECONDS)) if kind == "feature_use" else None,
            load_ms=None,
            share_via=None,
            device=chance.draw(_DEVICES),
            ab_test_id=None,
            ab_variant=None,
        )
