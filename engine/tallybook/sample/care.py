"""What customers answer and ask, and what the company has set out to reach."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.sample.assets import TOPICS
from tallybook.sample.rows import SupportQuestion, SurveyResponse, Target
from tallybook.sample.story import SEASON, at_day, business_second, is_bad, month_start

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.sample.assets import Campaigns
    from tallybook.sample.chance import Chance
    from tallybook.sample.rows import Campaign, Channel, Customer, SurveyKind, Via
    from tallybook.sample.story import Company

_KINDS: tuple[SurveyKind, ...] = ("nps", "nps", "csat", "feedback")
_SCALES: dict[SurveyKind, float] = {"nps": 10.0, "csat": 5.0}
_NPS = (0, 4, 6, 7, 8, 8, 9, 9, 10, 10, 11)
_CSAT = (1, 3, 4, 4, 4, 5, 5, 5, 5, 5, 6)
_THEMES = ("price", "speed", "support", "missing feature", "easy to use")
_VIAS: tuple[Via, ...] = ("forum", "email", "chat", "ticket", "ticket")
_ANSWER_HOURS = (0, 0, 1, 2, 3, 5, 8, 14, 26, 50, 160)
_RESOLVE_HOURS = (0, 1, 4, 8, 16, 24, 40, 70, 120, 220, 600)
# Metric, value in an average month at the end of the data, what it grows with.
_GOALS: tuple[tuple[str, float, bool], ...] = (
    ("leads", 215.0, True),
    ("mqls", 100.0, True),
    ("closed_won_value", 140_000.0, True),
    ("gross_margin", 0.72, False),
    ("cpl", 130.0, False),
)
_CAMPAIGN_GOALS: dict[str, tuple[tuple[str, float], ...]] = {
    "search ads": (("leads", 55.0), ("closed_won_value", 45_000.0)),
    "social ads": (("leads", 50.0), ("closed_won_value", 35_000.0)),
    "webinar": (("leads", 35.0),),
}
_CHANNEL_GOALS: tuple[tuple[Channel, float], ...] = (("paid_search", 40.0), ("paid_social", 38.0))


def survey_responses(company: Company, customers: Sequence[Customer]) -> list[SurveyResponse]:
    """A question to each customer about twice a year; two thirds never answer."""
    chance = company.chance("surveys")
    rows: list[SurveyResponse] = []
    for customer in customers:
        until = customer.churned_at or company.end
        at = max(customer.acquired_at, company.start) + dt.timedelta(days=chance.between(20, 90))
        while at < until:
            rows.append(_response(at, customer, company, chance))
            at += dt.timedelta(days=chance.between(60, 220))
    rows.sort(key=lambda row: (row.sent_at or company.end, row.customer_id or ""))
    return [row._replace(response_id=f"Q{number:05d}") for number, row in enumerate(rows, 1)]


def _response(
    sent: dt.datetime, customer: Customer, company: Company, chance: Chance
) -> SurveyResponse:
    kind = chance.pick(_KINDS)
    answered = sent + dt.timedelta(hours=chance.between(1, 200))
    given = chance.happens(0.38) and answered < company.end
    points = chance.spread(_NPS if kind == "nps" else _CSAT)
    if is_bad(sent.date()):
        points = max(1, points - 1)
    rated = given and kind in _SCALES
    coded = given and (kind == "feedback" or chance.happens(0.3))
    return SurveyResponse(
        response_id="",
        survey_id=f"{kind}-{sent.year}",
        kind=kind,
        question_id=f"{kind}-1",
        customer_id=customer.customer_id,
        lead_id=None,
        sent_at=sent,
        responded_at=answered if given else None,
        score=float(points) if rated else None,
        scale_max=_SCALES.get(kind),
        answer_text=None,
        theme=chance.pick(_THEMES) if coded else None,
    )


def support_questions(company: Company, customers: Sequence[Customer]) -> list[SupportQuestion]:
    """Questions of customers, and when they were answered and solved."""
    chance = company.chance("support")
    rows: list[SupportQuestion] = []
    for customer in customers:
        until = customer.churned_at or company.end
        at = max(customer.acquired_at, company.start)
        while (at := at + dt.timedelta(days=chance.between(5, 120))) < until:
            rows.append(
                _question(at_day(at.date(), business_second(chance)), customer, company, chance)
            )
    rows = [row for row in rows if row.asked_at < company.end]
    rows.sort(key=lambda row: (row.asked_at, row.customer_id or ""))
    return [row._replace(question_id=f"H{number:05d}") for number, row in enumerate(rows, 1)]


def _question(
    asked: dt.datetime, customer: Customer, company: Company, chance: Chance
) -> SupportQuestion:
    via = chance.pick(_VIAS)
    slow = 2 if is_bad(asked.date()) else 1
    answered = asked + dt.timedelta(
        hours=chance.spread(_ANSWER_HOURS) * slow, minutes=chance.between(2, 59)
    )
    resolved = answered + dt.timedelta(hours=chance.spread(_RESOLVE_HOURS))
    has_answer = chance.happens(0.93) and answered < company.end
    return SupportQuestion(
        question_id="",
        customer_id=customer.customer_id,
        user_id=f"{customer.customer_id}-u{chance.between(1, 4)}",
        community_id="user-forum" if via == "forum" else None,
        via=via,
        topic=chance.pick(TOPICS),
        asked_at=asked,
        answered_at=answered if has_answer else None,
        resolved_at=resolved
        if has_answer and chance.happens(0.9) and resolved < company.end
        else None,
    )


def targets(company: Company, campaigns: Campaigns) -> Iterator[Target]:
    """Goals by month, for two channels too; projections of leads; goals of some campaigns."""
    yield from _monthly_targets(company)
    for effort in campaigns.efforts:
        if effort.row.tactic in _CAMPAIGN_GOALS:
            yield from _campaign_targets(effort.row, company)


def _campaign_targets(campaign: Campaign, company: Company) -> Iterator[Target]:
    first = campaign.starts_on
    until = (campaign.ends_on or first) + dt.timedelta(days=1)
    what = ("campaign_id", campaign.campaign_id)
    for metric, value in _CAMPAIGN_GOALS[campaign.tactic or ""]:
        goal = float(round(value * company.size))
        yield Target(metric, "target", first, until, *what, goal, "plan")


def _monthly_targets(company: Company) -> Iterator[Target]:
    for first in company.month_starts():
        until = month_start(at_day(first, 0), 1).date()
        season = SEASON[first.month - 1]
        for metric, value, grows in _GOALS:
            goal = float(round(value * season * company.size)) if grows else value
            yield Target(metric, "target", first, until, None, None, goal, "plan")
        for channel, value in _CHANNEL_GOALS:
            goal = float(round(value * season * company.size))
            yield Target("leads", "target", first, until, "channel", channel, goal, "plan")
        planned = float(round(_GOALS[0][1] * 0.95 * season * company.size))
        yield Target("leads", "projection", first, until, None, None, planned, "run rate")
