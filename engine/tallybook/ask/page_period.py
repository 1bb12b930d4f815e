"""Which period a page is about, and the periods before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.calendar import periods as calendar
from tallybook.calendar.named import named_period
from tallybook.dataclass import dataclass
from tallybook.parse.syntax import Duration

if TYPE_CHECKING:
    import datetime as dt

    from tallybook.calendar.model import CalendarRules, Period
    from tallybook.declare.model import Text
    from tallybook.text.diagnostic import Findings

SERIES = 13  # a page's period, and the same as far back as one of the year before


def page_period(
    said: Text | None, now: dt.datetime, rules_: CalendarRules, findings: Findings
) -> Period | None:
    """The period that a scorecard names, else the last complete month, seen from `now`."""
    found: Period | None
    if said is None:
        current = calendar.period_at(now, "month", rules_)
        found = calendar.earlier(current, None, rules_)
    else:
        found = named_period(said, now, rules_, findings)
    return calendar.seen(found, now) if found is not None else None


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
