"""Dates and periods as a reader of one locale writes them."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_skeleton, parse_pattern

from tallybook.dataclass import dataclass
from tallybook.present.figures import Digits, arabic_digits

if TYPE_CHECKING:
    from babel import Locale

    from tallybook.judge.model import Period
    from tallybook.present.messages import Messages

_BUDDHIST = 543
_YEAR = re.compile(r"'[^']*'|y+")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Formats dates and periods for one locale."""

    locale: Locale
    messages: Messages
    digits: Digits = "latn"

    def day(self, day: dt.date) -> str:
        """A day: `Jun 30, 2025`."""
        return self._skeleton(day, "yMMMd")

    def moment(self, moment: dt.datetime | dt.date) -> str:
        """A day, with the time of day if it has one; midnight is what a bare date turns into."""
        day = self.day(moment)
        if not isinstance(moment, dt.datetime) or moment.time() == dt.time():
            return day
        return self._digits(f"{day} {moment:%H:%M}")

    def period(self, period: Period) -> str:
        """A period's full name, as in a title: `June 2025`."""
        return self._named(period, "yMMMM")

    def short(self, period: Period) -> str:
        """A period's short name, as on an axis: `Jun 2025`."""
        return self._named(period, "yMMM")

    def days(self, start: dt.date, end: dt.date) -> str:
        """Days from the first to the day before `end`: `May 5 – 11, 2025`."""
        last = end - dt.timedelta(days=1)
        if last <= start:
            return self.day(start)
        patterns = self.locale.interval_formats["yMMMd"]
        field = "y" if start.year != last.year else "M" if start.month != last.month else "d"
        whole = "".join(
            _apply(part, day, self.locale)
            for part, day in zip(patterns[field], (start, last), strict=True)
        )
        return self._digits(whole)

    def _named(self, period: Period, month: str) -> str:
        match period.grain:
            case "day":
                return self.day(period.start)
            case "week":
                return self._week(period)
            case "month":
                return self._skeleton(period.start, month)
            case "quarter":
                quarter = (period.start.month + 2) // 3
                return self._words(f"period.quarter_{quarter}", period.start.year)
            case "year":
                return self._skeleton(period.start, "y")
            case "fiscal_year" | "fiscal_quarter":
                return self._fiscal(period)
            case None:
                return self.days(period.start, period.end)
            case _:  # a calendar of the book's own, whose labels are its own too
                return period.label

    def _week(self, period: Period) -> str:
        year, _, week = period.label.partition("-W")
        if not week.isdigit():
            return self.days(period.start, period.end)
        return self._words("period.week", int(year), week=str(int(week)))

    def _fiscal(self, period: Period) -> str:
        year, _, quarter = period.label.removeprefix("FY").partition("-Q")
        if not year.isdigit():
            return period.label
        if quarter:
            return self._words("period.fiscal_quarter", int(year), quarter=quarter)
        return self._words("period.fiscal_year", int(year))

    def _words(self, key: str, year: int, **fields: str) -> str:
        return self._digits(self.messages.text(key, year=str(_year(year, self.locale)), **fields))

    def _skeleton(self, day: dt.date, skeleton: str) -> str:
        pattern = self.locale.datetime_skeletons.get(skeleton)
        if pattern is None:
            return self._digits(format_skeleton(skeleton, day, locale=self.locale))
        return self._digits(_apply(pattern.pattern, day, self.locale))

    def _digits(self, text: str) -> str:
        return arabic_digits(text) if self.digits == "arab" else text


@lru_cache(maxsize=4096)  # the same few periods stand at every metric of a page
def _apply(pattern: str, day: dt.date, locale: Locale) -> str:
    # Babel knows no Buddhist calendar: the year goes in as quoted text.
    if _year(day.year, locale) != day.year:
        shown = f"'{_year(day.year, locale)}'"
        pattern = _YEAR.sub(lambda m: m[0] if m[0].startswith("'") else shown, pattern)
    return parse_pattern(pattern).apply(day, locale)


def _year(year: int, locale: Locale) -> int:
    return year + _BUDDHIST if locale.language == "th" else year
