"""Which period a page is about, and the periods before it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, cast, get_args

from tallybook.ask import rules
from tallybook.calendar import periods as calendar
from tallybook.dataclass import dataclass
from tallybook.declare.model import Grain
from tallybook.parse.syntax import Duration

if TYPE_CHECKING:
    from tallybook.calendar.model import CalendarRules, Period
    from tallybook.declare.model import Text
    from tallybook.parse.syntax import DurationUnit
    from tallybook.text.diagnostic import Findings

GRAINS: tuple[Grain, ...] = get_args(Grain)
SERIES = 13  # a page's period, and the same as far back as one of the year before
_LAST = re.compile(r"(?:last|previous) (complete )?(\w+)")
_CURRENT = re.compile(r"(?:this|current) (\w+)")
_TO_DATE = re.compile(r"(\w+) to date")
_TRAILING = re.compile(r"(?:trailing|last) (\d+) (day|week|month|quarter|year)s?")
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)(?:/| to )(\d{4}-\d\d-\d\d)")
_EXAMPLES = "`last complete month`, `2024-06`, `year to date`, `trailing 28 days`"


def page_period(
    said: Text | None, now: dt.datetime, rules_: CalendarRules, findings: Findings
) -> Period | None:
    """The period that a scorecard names, seen from `now` on the book's wall clock."""
    text = said.value.strip() if said else "last complete month"
    found = _named(text, now, rules_)
    if found is None:
        findings.add(
            rules.WRONG_DATE,
            f"`{text}` is not a period",
            said.span if said else None,
            help=f"for example {_EXAMPLES}",
        )
        return None
    return calendar.seen(found, now)


def _grain(word: str) -> Grain | None:
    return next((g for g in GRAINS if g == word.replace(" ", "_")), None)


def _named(text: str, now: dt.datetime, rules_: CalendarRules) -> Period | None:
    if match := _TRAILING.fullmatch(text):
        return _trailing(Duration(int(match[1]), cast("DurationUnit", match[2])), now)
    if match := _RANGE.fullmatch(text):
        return _range(match[1], match[2])
    for pattern, group in ((_LAST, 2), (_CURRENT, 1), (_TO_DATE, 1)):
        match = pattern.fullmatch(text)
        grain = _grain(match[group]) if match else None
        if grain is not None:
            current = calendar.period_at(now, grain, rules_)
            return calendar.earlier(current, None, rules_) if pattern is _LAST else current
    return calendar.read_label(text, rules_)


def _trailing(length: Duration, now: dt.datetime) -> Period:
    """Whole days that end with the last complete one."""
    end = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return calendar.span_of_days(calendar.add(end, length, -1), end, now)


def _range(first: str, last: str) -> Period | None:
    try:
        start, end = dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last)
    except ValueError:
        return None
    if end < start:
        return None
    return calendar.span_of_days(start, end + calendar.DAY, end + calendar.DAY)


@dataclass(frozen=True, slots=True)
class Around:
    """A page's period with those it is compared and drawn with. `series` ends with the period."""

    period: Period
    previous: Period
    year_ago: Period
    series: tuple[Period, ...]


def around(period: Period, rules_: CalendarRules, count: int = SERIES) -> Around:
    """The periods around one, like for like where it is cut short."""
    series = [period]
    for _ in range(count - 1):
        whole = calendar.uncut(series[-1]) if series[-1] is period else series[-1]
        series.append(calendar.earlier(whole, None, rules_))
    return Around(
        period,
        calendar.earlier(period, None, rules_),
        calendar.earlier(period, Duration(1, "year"), rules_),
        tuple(reversed(series)),
    )
