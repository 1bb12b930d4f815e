"""When the clocks of a zone are set: what they show twice then, and what they never show."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from tallybook.calendar.model import UTC
from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)
_FIRST, _LAST = 1900, 2100  # years beyond are placeholders, and no rows


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Clocks set at an instant (UTC): they show `[start, end)` twice, or never."""

    at: dt.datetime
    start: dt.datetime
    end: dt.datetime
    twice: bool


def instant_of(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A time on the wall clock of a zone in UTC; the earlier one, or moved forward."""
    try:
        return wall.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    except OverflowError:  # the end of the year 9999 west of Greenwich, or the start of year 1
        return wall


def wall_time(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """An instant, in UTC, as the clocks of a zone show it."""
    try:
        return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return instant


@cache
def clock_changes(zone: ZoneInfo, first: int, last: int) -> tuple[ClockChange, ...]:
    """The changes from one year to another, in order."""
    day = dt.datetime(max(first, _FIRST), 1, 1)
    end = dt.datetime(min(last, _LAST) + 1, 1, 1)
    changes = []
    before = _offset(day, zone)
    while day < end:
        after = _offset(day + _DAY, zone)
        if before != after:
            at = _change_between(day, day + _DAY, zone)
            low, high = sorted((before, after))
            changes.append(ClockChange(at, at + low, at + high, twice=after < before))
        day, before = day + _DAY, after
    return tuple(changes)


def _change_between(low: dt.datetime, high: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first instant of a day (UTC) at which the offset is another one."""
    before = _offset(low, zone)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _offset(instant: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return instant.replace(tzinfo=UTC).astimezone(zone).utcoffset() or dt.timedelta()
