"""Periods as a page names them: `last complete month`, `2024-06`, `trailing 28 days`."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, cast, get_args

from tallybook.calendar import periods as calendar
from tallybook.calendar import rules
from tallybook.declare.model import Grain
from tallybook.parse.syntax import Duration

if TYPE_CHECKING:
    from tallybook.calendar.model import CalendarRules, Period
    from tallybook.declare.model import Text
    from tallybook.parse.syntax import DurationUnit
    from tallybook.text.diagnostic import Findings

GRAINS: tuple[Grain, ...] = get_args(Grain)
_LAST = re.compile(r"(?:last|previous) (complete )?(\w+)")
_CURRENT = re.compile(r"(?:this|current) (\w+)")
_TO_DATE = re.compile(r"(\w+) to date")
_TRAILING = re.compile(r"(?:trailing|last) (\d+) (day|week|month|quarter|year)s?")
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)(?:/| to )(\d{4}-\d\d-\d\d)")
_EXAMPLES = "`last complete month`, `2024-06`, `year to date`, `trailing 28 days`"


def named_period(
    said: Text, now: dt.datetime, rules_: CalendarRules, findings: Findings
) -> Period | None:
    """The period that a text names, seen from `now` on the book's wall clock."""
    try:
        found = _named(said.value.strip(), now, rules_)
    except (OverflowError, ValueError):  # before the year 1, or after 9999
        found = None
    if found is None:
        findings.add(
            rules.WRONG_PERIOD,
            f"expected a period, found `{said}`",
            said.span,
            help=f"for example {_EXAMPLES}",
        )
    return found


def _grain(word: str) -> Grain | None:
    return next((g for g in GRAINS if g == word.replace(" ", "_")), None)


def _named(text: str, now: dt.datetime, rules_: CalendarRules) -> Period | None:
    if match := _TRAILING.fullmatch(text):
        length = Duration(int(match[1]), cast("DurationUnit", match[2]))
        return None if length.is_too_long else _trailing(length, now)
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
    if end < start or not {start.year, end.year} <= set(calendar.YEARS):
        return None
    return calendar.span_of_days(start, end + calendar.DAY, end + calendar.DAY)
