"""A book's habits of time, and the windows that cells are computed in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    import datetime as dt

    from tallybook.calendar.custom import CustomCalendar

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """Where days begin and how weeks and fiscal years are cut.

    `week_starts` counts from 0 = Monday; `fiscal_starts` is the month a fiscal year begins with.
    `custom` is a calendar of the book's own, with a grain of its own.
    """

    zone: ZoneInfo = UTC
    week_starts: int = 0
    fiscal_starts: int = 1
    fiscal_named_by_end: bool = True
    custom: CustomCalendar | None = None

    @property
    def own_grain(self) -> str | None:
        """The grain of the book's own calendar, if it has one."""
        return self.custom.grain if self.custom else None


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Window:
    """The half-open interval `[start, end)` of wall-clock time in the book's zone.

    None is "without bound"; a window without both bounds also holds rows that have no time.
    """

    start: dt.datetime | None
    end: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Period:
    """One period of an answer.

    `start` and `end` are the whole period's bounds on the wall clock; `asked` is what of it the
    question asks for; `window` is what of that `as_of` has seen. `partial` says that the window is
    shorter than the period. `lengths` are, of a period that was moved, how long the asked and the
    seen part had been, None for all of it: a shorter period between does not shorten the next part.
    """

    label: str
    grain: str | None
    start: dt.datetime | None
    end: dt.datetime | None
    asked: Window
    window: Window
    partial: bool = False
    lengths: tuple[dt.timedelta | None, dt.timedelta | None] | None = None
