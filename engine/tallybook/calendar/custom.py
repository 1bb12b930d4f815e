"""A calendar of a book's own: periods listed one after the other, such as 4-4-5 weeks."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right

from tallybook.calendar.rules import OUTSIDE_CALENDAR
from tallybook.dataclass import dataclass
from tallybook.text.diagnostic import BookError, Diagnostic


class OutsideCalendarError(BookError):
    """A day that a book's own calendar does not reach to."""

    def __init__(self, day: dt.date, first: dt.date, last: dt.date) -> None:
        message = f"the calendar goes from {first} to {last}, and {day} is asked for"
        advice = "ask for less, or add the periods to the calendar's file"
        super().__init__([Diagnostic(OUTSIDE_CALENDAR, message, help=advice)])


@dataclass(frozen=True, slots=True)
class CustomCalendar:
    """Consecutive periods under one name. `starts` has one more entry: where the last one ends."""

    grain: str
    labels: tuple[str, ...]
    starts: tuple[dt.datetime, ...]

    def start_of(self, moment: dt.datetime) -> dt.datetime:
        """The start of the period that holds a moment."""
        return self.starts[self._position(moment)]

    def step(self, start: dt.datetime, count: int) -> dt.datetime:
        """The start of the period `count` later; one after the last is its end."""
        position = self._place(start) + count
        if not 0 <= position < len(self.starts):
            raise self._outside(start + dt.timedelta(days=count))
        return self.starts[position]

    def nearest(self, moment: dt.datetime) -> dt.datetime:
        """The start that is nearest to a moment: where "a year ago" begins in such a calendar."""
        if moment < self.starts[0] - dt.timedelta(days=7):
            raise self._outside(moment)
        return min(self.starts[:-1], key=lambda start: abs(start - moment))

    def label(self, start: dt.datetime) -> str:
        """The name of the period that begins there."""
        return self.labels[self._position(start)]

    def named(self, label: str) -> dt.datetime | None:
        """The start of the period of that name."""
        return self.starts[self.labels.index(label)] if label in self.labels else None

    def _place(self, start: dt.datetime) -> int:
        """The number of a start, or of the end."""
        return len(self.labels) if start == self.starts[-1] else self._position(start)

    def _position(self, moment: dt.datetime) -> int:
        position = bisect_right(self.starts, moment) - 1
        if not 0 <= position < len(self.labels):
            raise self._outside(moment)
        return position

    def _outside(self, moment: dt.datetime) -> OutsideCalendarError:
        last = self.starts[-1] - dt.timedelta(days=1)
        return OutsideCalendarError(moment.date(), self.starts[0].date(), last.date())
