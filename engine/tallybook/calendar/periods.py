"""Cutting civil time into periods, naming them, and moving them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from tallybook.calendar.clocks import instant_of
from tallybook.calendar.model import CalendarRules, Period, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.declare.model import Grain
    from tallybook.parse.syntax import Duration

DAY = dt.timedelta(days=1)
MOMENT = dt.timedelta(microseconds=1)
YEARS = range(1000, 9000)  # of what is asked for; the calendar ends with 9999, and periods move
_MONTHS: dict[str, int] = {
    "month": 1,
    "quarter": 3,
    "year": 12,
    "fiscal_quarter": 3,
    "fiscal_year": 12,
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


def add_months(moment: dt.datetime, months: int) -> dt.datetime:
    """The same day and time that many months later, cut at the month's last day."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def add(moment: dt.datetime, duration: Duration, times: int = 1) -> dt.datetime:
    """The wall clock moved by a duration (not `periods`), `times` times."""
    amount = duration.amount * times
    months = _MONTHS.get(duration.unit)
    if months is not None:
        return add_months(moment, amount * months)
    return moment + dt.timedelta(seconds=amount * _SECONDS[duration.unit])


def start_of(moment: dt.datetime, grain: str, rules: CalendarRules) -> dt.datetime:
    """The start of the period of that grain that holds the moment."""
    if rules.custom is not None and grain == rules.custom.grain:
        return rules.custom.start_of(moment)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if grain == "day":
        return day
    if grain == "week":
        return day - DAY * ((day.weekday() - rules.week_starts) % 7)
    first = rules.fiscal_starts - 1 if grain.startswith("fiscal") else 0
    index = day.year * 12 + day.month - 1 - first
    year, month = divmod(index - index % _MONTHS[grain] + first, 12)
    return day.replace(year=year, month=month + 1, day=1)


def step(start: dt.datetime, grain: str, count: int, rules: CalendarRules) -> dt.datetime:
    """The start of the period `count` periods later (earlier where negative)."""
    if rules.custom is not None and grain == rules.custom.grain:
        return rules.custom.step(start, count)
    if grain in _MONTHS:
        return add_months(start, _MONTHS[grain] * count)
    return start + DAY * count * (7 if grain == "week" else 1)


def label(start: dt.datetime, grain: str, rules: CalendarRules) -> str:
    """`2024-05-07`, `2024-W19`, `2024-05`, `2024-Q2`, `2024`, `FY2024-Q1`, `FY2024`, or its own."""
    match grain:
        case "day":
            return f"{start:%Y-%m-%d}"
        case "week" if rules.week_starts == 0:
            year, week, _ = start.isocalendar()
            return f"{year:04}-W{week:02}"
        case "week":
            return f"{start:%Y-%m-%d}"
        case "month":
            return f"{start:%Y-%m}"
        case "quarter":
            return f"{start:%Y}-Q{(start.month + 2) // 3}"
        case "year":
            return f"{start:%Y}"
        case "fiscal_quarter":
            year, quarter = _fiscal(start, rules)
            return f"FY{year:04}-Q{quarter}"
        case "fiscal_year":
            return f"FY{_fiscal(start, rules)[0]:04}"
        case _ if rules.custom is not None:
            return rules.custom.label(start)
    raise LookupError(grain)


def _fiscal(start: dt.datetime, rules: CalendarRules) -> tuple[int, int]:
    """Fiscal year, by the book's naming, and quarter of a day."""
    into = (start.month - rules.fiscal_starts) % 12
    first_year = start.year - (1 if start.month < rules.fiscal_starts else 0)
    named_later = rules.fiscal_named_by_end and rules.fiscal_starts > 1
    return first_year + (1 if named_later else 0), into // 3 + 1


def period_at(moment: dt.datetime, grain: str, rules: CalendarRules) -> Period:
    """The whole period of that grain that holds the moment."""
    start = start_of(moment, grain, rules)
    end = step(start, grain, 1, rules)
    return Period(
        label(start, grain, rules), grain, start, end, Window(start, end), Window(start, end)
    )


def clip(window: Window, first: dt.datetime | None, last: dt.datetime | None) -> Window:
    """The part of a window inside `[first, last)`; empty where there is none."""
    start, end = window.start, window.end
    if first is not None and (start is None or start < first):
        start = first
    if last is not None and (end is None or last < end):
        end = last
    if start is not None and end is not None and end < start:
        end = start
    return Window(start, end)


def cut(period: Period, first: dt.datetime | None, last: dt.datetime | None) -> Period:
    """The part of a period that a question asks for."""
    asked = clip(period.asked, first, last)
    return _with_windows(period, asked, clip(period.window, first, last))


def seen(period: Period, as_of: dt.datetime) -> Period:
    """A period of which only what lies before `as_of` is seen."""
    return _with_windows(period, period.asked, clip(period.window, None, as_of))


def _with_windows(period: Period, asked: Window, window: Window) -> Period:
    partial = window != Window(period.start, period.end)
    return replace(period, asked=asked, window=window, partial=partial)


def uncut(period: Period) -> Period:
    """The whole of a period that was cut short."""
    whole = Window(period.start, period.end)
    return replace(period, asked=whole, window=whole, partial=False)


def periods(
    grain: str, first: dt.datetime, end: dt.datetime, as_of: dt.datetime, rules: CalendarRules
) -> tuple[Period, ...]:
    """Every period that `[first, end)` touches, cut to it and to what `as_of` has seen."""
    return tuple(seen(cut(p, first, end), as_of) for p in _whole(grain, first, end, rules))


def _whole(
    grain: str, first: dt.datetime, end: dt.datetime, rules: CalendarRules
) -> Iterator[Period]:
    start = start_of(first, grain, rules)
    while start < end:
        following = step(start, grain, 1, rules)
        yield Period(
            label(start, grain, rules),
            grain,
            start,
            following,
            Window(start, following),
            Window(start, following),
        )
        start = following


def span_of_days(first: dt.datetime | None, end: dt.datetime | None, as_of: dt.datetime) -> Period:
    """One period over a free range; without bounds it is all there is."""
    ends = [f"{first:%Y-%m-%d}" if first else "", f"{end:%Y-%m-%d}" if end else ""]
    named = "/".join(ends) if any(ends) else "all"
    whole = Period(named, None, first, end, Window(first, end), Window(first, end))
    return seen(whole, as_of) if end is not None else whole


def elapsed(period: Period, rules: CalendarRules) -> float | None:
    """The share of the asked part of a period that is seen, by the time between its instants.

    1 where it has no bounds; None where nothing of it is seen.
    """
    asked, seen_ = _length(period.asked, rules), _length(period.window, rules)
    if asked is None or seen_ is None:
        return 1.0
    return seen_ / asked if seen_ > dt.timedelta() else None


def _length(window: Window, rules: CalendarRules) -> dt.timedelta | None:
    """How long a window lasts: not by the clock, which may be set inside it."""
    if window.start is None or window.end is None:
        return None
    return instant_of(window.end, rules.zone) - instant_of(window.start, rules.zone)


def earlier(period: Period, by: Duration | None, rules: CalendarRules) -> Period:
    """The period shifted back: by its own length, by a duration, or by a count of periods.

    A period that is cut short moves with its cut: the same elapsed part, at most to the end of the
    earlier period.
    """
    if period.start is None or period.end is None:
        return period
    start = _start_before(period.start, period, by, rules)
    end = _end_from(start, period, rules)
    named = label(start, period.grain, rules) if period.grain else _range_label(start, end)
    moved = Period(named, period.grain, start, end, Window(start, end), Window(start, end))
    lengths = period.lengths or (_cut(period.asked, period), _cut(period.window, period))
    if lengths == (None, None):
        return moved

    def same_part(window: Window, length: dt.timedelta | None) -> Window:
        if length is None or window.start is None:
            return Window(start, end)
        first = _same_start(window.start, start, period, by, rules)
        return Window(first, min(first + length, end))

    parts = same_part(period.asked, lengths[0]), same_part(period.window, lengths[1])
    return _with_windows(replace(moved, lengths=lengths), *parts)


def _cut(window: Window, period: Period) -> dt.timedelta | None:
    """How long a window is that is not the whole period."""
    if window == Window(period.start, period.end) or window.start is None or window.end is None:
        return None
    return window.end - window.start


def _same_start(
    cut: dt.datetime,
    start: dt.datetime,
    period: Period,
    by: Duration | None,
    rules: CalendarRules,
) -> dt.datetime:
    """Where a part of a period that begins at `cut` begins in the moved one, from `start` on."""
    if rules.custom is not None and period.grain == rules.custom.grain and period.start is not None:
        return start + (cut - period.start)  # only its own starts can be moved
    return max(_start_before(cut, period, by, rules), start)


def _start_before(
    moment: dt.datetime, period: Period, by: Duration | None, rules: CalendarRules
) -> dt.datetime:
    """The start of a period, or where a cut of it starts, moved back."""
    if _is_calendar(by):
        return _shifted(moment, period, by, rules)
    return _back(moment, period, _count(by), rules)


def _is_calendar(by: Duration | None) -> TypeGuard[Duration]:
    """Whether a shift is by calendar time, not by the period's own length."""
    return by is not None and by.unit != "period"


def _shifted(
    moment: dt.datetime, period: Period, by: Duration, rules: CalendarRules
) -> dt.datetime:
    """A start moved back by calendar time; in a calendar of the book's own to a start of its."""
    moved = add(moment, by, -1)
    if rules.custom is not None and period.grain == rules.custom.grain:
        return rules.custom.nearest(moved)
    return moved


def _count(by: Duration | None) -> int:
    return 1 if by is None else by.amount


def _range_label(start: dt.datetime, end: dt.datetime) -> str:
    return f"{start:%Y-%m-%d}/{end:%Y-%m-%d}"


def _whole_months(period: Period) -> int | None:
    """The number of months a free range spans, where both its ends are first days of months."""
    start, end = period.start, period.end
    if start is None or end is None or start.day != 1 or end.day != 1 or start.time() != end.time():
        return None
    return (end.year - start.year) * 12 + end.month - start.month


def _back(moment: dt.datetime, period: Period, count: int, rules: CalendarRules) -> dt.datetime:
    """A start moved back by lengths of a period."""
    if period.grain is not None:
        return step(moment, period.grain, -count, rules)
    months = _whole_months(period)
    if months:
        return add_months(moment, -months * count)
    if period.start is None or period.end is None:
        raise ValueError("a period without bounds has no period before it")
    return moment - (period.end - period.start) * count


def _end_from(start: dt.datetime, period: Period, rules: CalendarRules) -> dt.datetime:
    """Where a period of the same kind ends that starts at `start`."""
    if period.grain is not None:
        return step(start, period.grain, 1, rules)
    months = _whole_months(period)
    if months:
        return add_months(start, months)
    if period.start is None or period.end is None:
        raise ValueError("a period without bounds has no length")
    return start + (period.end - period.start)


def trailing(period: Period, length: Duration, rules: CalendarRules) -> Window:
    """The window of exactly that length that ends where the period (as seen) ends."""
    end = period.window.end
    if end is None:
        return Window(None, None)
    if length.unit == "period":
        start = period.start
        if start is None:
            return Window(None, end)
        first = _back(start, period, length.amount - 1, rules) if length.amount > 1 else start
        return Window(first, end)
    return Window(add(end, length, -1), end)


def to_date(period: Period, grain: str, rules: CalendarRules) -> Window:
    """From the start of the enclosing period that holds the last instant, to the end."""
    end = period.window.end
    if end is None:
        return Window(None, None)
    last = end - dt.timedelta(microseconds=1)
    return Window(start_of(last, grain, rules), end)


def cumulative(period: Period) -> Window:
    """From the beginning of time to the period's end."""
    return Window(None, period.window.end)


_LABELS: tuple[tuple[re.Pattern[str], Grain], ...] = (
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)"), "day"),
    (re.compile(r"(\d{4})-W(\d\d)"), "week"),
    (re.compile(r"(\d{4})-(\d\d)"), "month"),
    (re.compile(r"(\d{4})-Q([1-4])"), "quarter"),
    (re.compile(r"(\d{4})"), "year"),
    (re.compile(r"FY(\d{4})-Q([1-4])"), "fiscal_quarter"),
    (re.compile(r"FY(\d{4})"), "fiscal_year"),
)


def read_label(text: str, rules: CalendarRules) -> Period | None:
    """The period that a label names, or None where it names none."""
    own = rules.custom.named(text) if rules.custom is not None else None
    if rules.custom is not None and own is not None:
        return period_at(own, rules.custom.grain, rules)
    for pattern, grain in _LABELS:
        match = pattern.fullmatch(text)
        if match:
            start = _start_named(grain, [int(g) for g in match.groups()], rules)
            return period_at(start, grain, rules) if start and start.year in YEARS else None
    return None


def _start_named(grain: str, parts: list[int], rules: CalendarRules) -> dt.datetime | None:
    year = parts[0]
    number = parts[1] if len(parts) > 1 else 1
    try:
        match grain:
            case "day":
                return dt.datetime(year, number, parts[2])
            case "week":
                return dt.datetime.fromisocalendar(year, number, 1)
            case "month":
                return dt.datetime(year, number, 1)
            case "quarter" | "year":
                return dt.datetime(year, 3 * number - 2, 1)
            case "fiscal_quarter" | "fiscal_year":
                named_later = rules.fiscal_named_by_end and rules.fiscal_starts > 1
                first = dt.datetime(year - (1 if named_later else 0), rules.fiscal_starts, 1)
                return add_months(first, 3 * (number - 1))
    except ValueError:
        pass
    return None
