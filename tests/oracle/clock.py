"""Periods, shifts and clocks by section 6 of the language page, on Python's own datetimes.

A *local* time here is a naive datetime, the wall clock of the book's zone; an *instant* is an
aware datetime in UTC. Rows are placed by instants, calendars move local times.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from oracle.schema import UnsaidError

if TYPE_CHECKING:
    from oracle.schema import Book, Calendar, Question
    from oracle.terms import Duration

_MONTHS = {
    "month": 1,
    "quarter": 3,
    "year": 12,
    "fiscal_quarter": 3,
    "fiscal_year": 12,
}
_SPANS = {
    "second": dt.timedelta(seconds=1),
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}
FAR = dt.datetime(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """What a cell is computed over, before any window is made from it.

    `start` and `end` are what the question asked for, inside `whole_start` and `whole_end`, the
    grain's own bounds; `seen` is where `as_of` cuts that. For like with like, `length` is how long
    a clipped period is, and `elapsed` how much of a partial one there has been; None is all of it.
    """

    grain: str | None
    whole_start: dt.datetime | None
    whole_end: dt.datetime | None
    start: dt.datetime | None
    end: dt.datetime | None
    seen: dt.datetime | None = None
    length: dt.timedelta | None = None
    elapsed: dt.timedelta | None = None

    @property
    def unbounded(self) -> bool:
        return self.start is None and self.end is None


@dataclass(frozen=True, slots=True)
class Clock:
    """The book's calendar."""

    zone: ZoneInfo
    week_starts: int  # 0 is Monday
    fiscal_starts: int
    fiscal_named: str
    as_of: dt.datetime  # local
    own: Calendar | None = None

    @classmethod
    def of(cls, book: Book, question: Question) -> Clock:
        zone = ZoneInfo(book.timezone)
        days = [day.lower() for day in calendar.day_name]
        asked = question.as_of or book.as_of
        return cls(
            zone,
            days.index(book.week_starts),
            book.fiscal_year_starts,
            book.fiscal_year_named,
            FAR if asked is None else _local_as_of(asked, zone),
            book.calendar,
        )

    # instants and wall clocks -----------------------------------------------------------------

    def instant(self, local: dt.datetime, zone: ZoneInfo | None = None) -> dt.datetime:
        """Section 10: "an ambiguous local time is the earlier instant, a missing one is moved
        forward". Moved by the length of the gap: the page does not say by how much.
        """
        return local.replace(tzinfo=zone or self.zone, fold=0).astimezone(dt.UTC)

    def local(self, instant: dt.datetime) -> dt.datetime:
        return instant.astimezone(self.zone).replace(tzinfo=None, fold=0)

    def moment(self, value: dt.date | dt.datetime) -> dt.datetime:
        """The instant of a timestamp, or of the first moment of a day in the book's zone.

        A date has no clock, so no source's timezone moves it to another day.
        """
        if isinstance(value, dt.datetime):
            return value
        return self.instant(dt.datetime.combine(value, dt.time()))

    def add(self, local: dt.datetime, count: int, unit: str) -> dt.datetime:
        """Section 4: "adding months clamps to the month's last day"."""
        if unit in _SPANS:
            return local + count * _SPANS[unit]
        if self.own is not None and unit == self.own.grain:
            starts = self._own_starts()
            return starts[starts.index(local) + count]
        year, month = divmod(local.year * 12 + local.month - 1 + count * _MONTHS[unit], 12)
        last = calendar.monthrange(year, month + 1)[1]
        return local.replace(year=year, month=month + 1, day=min(local.day, last))

    def plus(self, value: dt.date | dt.datetime, by: Duration, sign: int) -> dt.date | dt.datetime:
        """Days and more move the wall clock (section 10); hours and less are elapsed time."""
        if not isinstance(value, dt.datetime):
            midnight = dt.datetime.combine(value, dt.time())
            if by.unit in {"second", "minute", "hour"}:
                return self.instant(midnight) + sign * by.count * _SPANS[by.unit]
            return self.add(midnight, sign * by.count, by.unit).date()
        if by.unit in {"second", "minute", "hour"}:
            return value + sign * by.count * _SPANS[by.unit]
        return self.instant(self.add(self.local(value), sign * by.count, by.unit))

    # periods ----------------------------------------------------------------------------------

    def floor(self, day: dt.date, grain: str) -> dt.date:
        """The first day of the period that holds a day."""
        if self.own is not None and grain == self.own.grain:
            return max(x for x in self._own_starts() if x.date() <= day).date()
        match grain:
            case "day":
                return day
            case "week":
                return day - dt.timedelta(days=(day.weekday() - self.week_starts) % 7)
            case "fiscal_quarter" | "fiscal_year":
                first = self.fiscal_starts
            case _:
                first = 1
        size = _MONTHS[grain]
        months = day.year * 12 + day.month - first
        year, month = divmod(months - months % size + first - 1, 12)
        return dt.date(year, month + 1, 1)

    def _own_starts(self) -> list[dt.datetime]:
        """Where the periods of the book's own calendar begin, and where the last one ends."""
        if self.own is None:
            raise UnsaidError("a calendar that the book has not")
        days = [*(start for _, start in self.own.periods), self.own.after]
        return [dt.datetime.combine(day, dt.time()) for day in days]

    def next(self, start: dt.date, grain: str) -> dt.date:
        """The first day after the period that begins at `start`."""
        return self._step(dt.datetime.combine(start, dt.time()), grain, 1).date()

    def _step(self, local: dt.datetime, grain: str, count: int) -> dt.datetime:
        return self.add(local, count, grain)

    def periods(self, question: Question) -> list[Period]:
        """The periods asked for. Section 10: bounds inside a period clip it."""
        first, last = question.start, question.end
        after = None if last is None else last + dt.timedelta(days=1)
        start = None if first is None else dt.datetime.combine(first, dt.time())
        end = None if after is None else dt.datetime.combine(after, dt.time())
        if question.grain is None:
            return [self._cut(Period(None, start, end, start, end))]
        if first is None or after is None or start is None or end is None:
            raise UnsaidError("a grain without bounds")
        found = []
        day = self.floor(first, question.grain)
        while day < after:
            following = self.next(day, question.grain)
            whole = (dt.datetime.combine(day, dt.time()), dt.datetime.combine(following, dt.time()))
            asked = max(whole[0], start), min(whole[1], end)
            found.append(self._cut(Period(question.grain, *whole, *asked)))
            day = following
        return found

    def _cut(self, period: Period) -> Period:
        """The period with what `as_of` has seen of it."""
        if period.start is None or period.end is None:
            return period
        clipped = (period.start, period.end) != (period.whole_start, period.whole_end)
        seen = min(period.end, self.as_of)
        elapsed = max(seen - period.start, dt.timedelta())
        return replace(
            period,
            seen=seen,
            length=period.end - period.start if clipped else None,
            elapsed=elapsed if self.partial(period) else None,
        )

    def label(self, period: Period) -> str:
        """As `query` prints it."""
        if period.whole_start is None or period.whole_end is None:
            return ""
        day = period.whole_start.date()
        if self.own is not None and period.grain == self.own.grain:
            return next(label for label, start in self.own.periods if start == day)
        match period.grain:
            case None:
                return f"{day}/{period.whole_end.date()}"
            case "day":
                return str(day)
            case "week" if self.week_starts == 0:
                year, week, _ = day.isocalendar()
                return f"{year:04}-W{week:02}"
            case "week":
                return str(day)
            case "month":
                return f"{day:%Y-%m}"
            case "quarter":
                return f"{day.year:04}-Q{(day.month + 2) // 3}"
            case "year":
                return f"{day.year:04}"
            case _:
                return self._fiscal_label(day, period.grain)

    def _fiscal_label(self, day: dt.date, grain: str) -> str:
        first = self.floor(day, "fiscal_year")
        last = self.next(first, "fiscal_year") - dt.timedelta(days=1)
        year = first.year if self.fiscal_named == "start" else last.year
        quarter = (day.year * 12 + day.month - first.year * 12 - first.month) // 3 + 1
        return f"FY{year:04}" if grain == "fiscal_year" else f"FY{year:04}-Q{quarter}"

    def partial(self, period: Period) -> bool:
        """Cut short by `as_of`, or clipped by the question's bounds."""
        if period.start is None or period.end is None:
            return False
        clipped = (period.start, period.end) != (period.whole_start, period.whole_end)
        return clipped or self.as_of < period.end

    # shifts -----------------------------------------------------------------------------------

    def earlier(self, period: Period, shift: Duration | None) -> Period:
        """The period before, or shifted back.

        Section 10: "the start moves by the calendar and the period keeps its grain" (so its end is
        one grain after its new start, aligned or not); "without a grain, by the range's own length
        in the same units (six whole months, else days)"; "a partial period is compared with the
        same elapsed time, at most to that period's end" (elapsed on the wall clock, as a person
        compares the first ten days of two months). What is placed by another column is not cut by
        `as_of`, so neither is what it is compared with.
        """
        if period.start is None or period.end is None or period.whole_start is None:
            raise UnsaidError("the period before one without bounds")
        count, unit = (1, "period") if shift is None else (shift.count, shift.unit)
        size, length_unit = self._length(period)
        if unit == "period":
            count, unit = count * size, length_unit
        if self.own is not None and period.grain == self.own.grain:
            whole_start = self._own_earlier(period.whole_start, count, unit)
            start = whole_start + (period.start - period.whole_start)
        else:
            whole_start = self.add(period.whole_start, -count, unit)
            start = max(self.add(period.start, -count, unit), whole_start)
        whole_end = self.add(whole_start, size, length_unit)
        end, seen = (
            whole_end if part is None else min(start + part, whole_end)
            for part in (period.length, period.elapsed)
        )
        moved = replace(period, whole_start=whole_start, whole_end=whole_end)
        return replace(moved, start=start, end=end, seen=seen)

    def _own_earlier(self, start: dt.datetime, count: int, unit: str) -> dt.datetime:
        """In a calendar of the book's own a year ago is where the period nearest to that day begins
        (the earlier of two that are as near); the language page does not say.
        """
        moved = self.add(start, -count, unit)
        if self.own is not None and unit == self.own.grain:
            return moved
        return min(self._own_starts()[:-1], key=lambda x: (abs(x - moved), x))

    def _length(self, period: Period) -> tuple[int, str]:
        if period.grain is not None:
            return 1, period.grain
        first, after = period.whole_start, period.whole_end
        if first is None or after is None:
            raise UnsaidError("the length of a range without bounds")
        if first.day == 1 and after.day == 1:
            return (after.year - first.year) * 12 + after.month - first.month, "month"
        return (after - first).days, "day"


def _local_as_of(asked: dt.date | dt.datetime, zone: ZoneInfo) -> dt.datetime:
    if not isinstance(asked, dt.datetime):
        return dt.datetime.combine(asked, dt.time())
    return asked if asked.tzinfo is None else asked.astimezone(zone).replace(tzinfo=None)
