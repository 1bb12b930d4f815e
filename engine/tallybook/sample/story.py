"""What happens to the company: its months, its seasons, its bad quarter and the channel that tires.

Everything is placed relative to the last day, so that a longer history keeps its end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tallybook.sample.chance import Chance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.sample.rows import Channel

END = dt.datetime.combine(dt.date(2024, 7, 1), dt.time())
DAY_SECONDS = 86_400
SEASON = (1.0, 1.05, 1.15, 1.0, 1.05, 1.0, 0.8, 0.7, 1.15, 1.2, 1.1, 0.7)  # January first
WEEKDAY = (1.3, 1.35, 1.3, 1.25, 1.1, 0.3, 0.4)  # Monday first
MONTHLY_GROWTH = 0.012
FAIR_MONTHS = (3, 5, 9, 10)
BAD_QUARTER = (dt.date(2023, 10, 1), dt.date(2024, 1, 1))
TIRED_SINCE = dt.date(2024, 2, 1)  # paid social reaches the same people again and again


@dataclass(frozen=True, slots=True)
class Company:
    """The size and age of the company, and the seed of its chances."""

    seed: int
    months: int
    size: float

    @property
    def start(self) -> dt.datetime:
        """The first instant of the data."""
        return month_start(END, -self.months)

    @property
    def end(self) -> dt.datetime:
        """The first instant that lies in the future."""
        return END

    def chance(self, topic: str) -> Chance:
        """The stream of draws for a topic."""
        return Chance(self.seed, topic)

    def days(self) -> Iterator[dt.date]:
        """Every day of the data."""
        first = self.start.date()
        return (first + dt.timedelta(days=n) for n in range((self.end.date() - first).days))

    def month_starts(self) -> Iterator[dt.date]:
        """The first day of every month of the data."""
        return (month_start(END, n - self.months).date() for n in range(self.months))


@dataclass(frozen=True, slots=True)
class Profile:
    """A channel at size 1: visits and leads in an average month, odds of each next stage."""

    channel: Channel
    visits: float
    leads: float
    mql: float
    sql: float
    win: float
    is_paid: bool = False


PROFILES = (
    Profile("organic_search", 229, 46, 0.47, 0.53, 0.44),
    Profile("paid_search", 127, 39, 0.43, 0.49, 0.38, is_paid=True),
    Profile("paid_social", 115, 36, 0.38, 0.44, 0.34, is_paid=True),
    Profile("organic_social", 53, 9, 0.29, 0.38, 0.30),
    Profile("email", 78, 17, 0.52, 0.51, 0.46),
    Profile("referral", 37, 9, 0.50, 0.55, 0.50),
    Profile("direct", 93, 19, 0.45, 0.50, 0.43),
    Profile("webinar", 16, 13, 0.56, 0.46, 0.38),
    Profile("event", 6, 9, 0.51, 0.43, 0.40),
    Profile("partner", 7, 7, 0.62, 0.61, 0.55),
    Profile("outbound_sales", 2, 7, 0.42, 0.46, 0.30),
    Profile("word_of_mouth", 5, 5, 0.62, 0.62, 0.58),
    Profile("content", 19, 5, 0.40, 0.42, 0.36),
    Profile("display", 16, 2, 0.25, 0.35, 0.25, is_paid=True),
    Profile("pr", 6, 1, 0.35, 0.40, 0.35),
)


def month_start(moment: dt.datetime, months: int) -> dt.datetime:
    """The first instant of the month that lies so many months away."""
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return at_day(dt.date(years, month + 1, 1), 0)


def pace(day: dt.date) -> float:
    """How busy a day is: 1 is an average day of a month at the end of the data."""
    back = (END.year - day.year) * 12 + END.month - 1 - day.month
    growth = max(0.4, 1 - MONTHLY_GROWTH * back)
    return SEASON[day.month - 1] * WEEKDAY[day.weekday()] * growth * (0.72 if is_bad(day) else 1.0)


def is_bad(day: dt.date) -> bool:
    """Whether a day lies in the quarter in which sales was short of people."""
    return BAD_QUARTER[0] <= day < BAD_QUARTER[1]


def is_tired(channel: Channel | None, day: dt.date) -> bool:
    """Whether a channel costs more and brings less than it used to."""
    return channel == "paid_social" and day >= TIRED_SINCE


def lead_pace(profile: Profile, day: dt.date) -> float:
    """Leads expected on a day at size 1."""
    fair = 1.0
    if profile.channel == "event":
        fair = 2.4 if day.month in FAIR_MONTHS else 0.3
    tired = 0.5 if is_tired(profile.channel, day) else 1.0
    return profile.leads / 30.4 * pace(day) * fair * tired


def business_second(chance: Chance) -> int:
    """A second of the day, mostly in working hours."""
    return chance.spread(
        (7200, 25200, 30600, 33600, 36600, 40200, 46800, 51000, 55200, 63000, 84600)
    )


def at_day(day: dt.date, second: int) -> dt.datetime:
    """An instant of a day."""
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=second)
