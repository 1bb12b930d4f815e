"""Times without an offset that the clocks of their zone show twice, or never."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.clocks import clock_changes, instant_of
from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from zoneinfo import ZoneInfo

    from tallybook.calendar.clocks import ClockChange

_FIRST, _LAST = dt.datetime(1, 1, 3), dt.datetime(9999, 12, 29)  # in every zone
_OFFSET = dt.timedelta(hours=15)  # further no clock is from UTC


@dataclass(frozen=True, slots=True)
class UnclearTimes:
    """The unclear times of a column, as the instants (UTC) that they are read as."""

    twice: tuple[dt.datetime, ...] = ()
    never: tuple[dt.datetime, ...] = ()

    def within(self, start: dt.datetime | None, end: dt.datetime | None) -> UnclearTimes:
        """Those of a window of instants; None is no bound."""
        return UnclearTimes(
            *(
                tuple(t for t in times if (not start or t >= start) and (not end or t < end))
                for times in (self.twice, self.never)
            )
        )

    def and_(self, other: UnclearTimes) -> UnclearTimes:
        """Both together."""
        return UnclearTimes(self.twice + other.twice, self.never + other.never)


def unclear_in(
    frame: pl.LazyFrame, walls: Mapping[str, pl.Expr], zone: ZoneInfo
) -> dict[str, UnclearTimes]:
    """The unclear ones among times on the wall clock of a zone, of all these columns at once."""
    if not walls:
        return {}
    known = {name: wall.filter(wall.is_between(_FIRST, _LAST)) for name, wall in walls.items()}
    spans = frame.select(
        pl.concat_list(wall.min(), wall.max()).alias(name) for name, wall in known.items()
    ).collect()
    changes = {name: _changes(spans[name][0], zone) for name in walls}
    shown = {
        name: pl.any_horizontal(
            walls[name].is_between(c.start, c.end, closed="left") for c in changes[name]
        )
        for name in walls
        if changes[name]
    }
    found = frame.select(walls[name].filter(at).implode().alias(name) for name, at in shown.items())
    rows = found.collect() if shown else pl.DataFrame()
    return {
        name: _sorted_out(rows[name][0], changes[name], zone) if name in shown else UnclearTimes()
        for name in walls
    }


def unclear_near(
    instants: pl.Series, walls_at: Callable[[pl.Series], pl.Series], zone: ZoneInfo
) -> UnclearTimes:
    """The unclear ones among times that are read already.

    `walls_at` gives those of some rows (a mask) as their wall clock shows them.
    """
    known = instants.filter(instants.is_between(_FIRST, _LAST))
    changes = _changes((known.min(), known.max()), zone)
    if not changes:
        return UnclearTimes()
    near = pl.any_horizontal(
        pl.col("at").is_between(c.at - (c.end - c.start), c.at + (c.end - c.start)) for c in changes
    )
    rows = pl.DataFrame({"at": instants}).select(near).to_series()
    return _sorted_out(walls_at(rows).drop_nulls().to_list(), changes, zone)


def _changes(span: Iterable[object], zone: ZoneInfo) -> tuple[ClockChange, ...]:
    low, high = span
    if zone.key == "UTC" or not isinstance(low, dt.datetime) or not isinstance(high, dt.datetime):
        return ()
    changes = clock_changes(zone, low.year, high.year)
    return tuple(c for c in changes if low <= c.at + _OFFSET and c.at - _OFFSET <= high)


def _sorted_out(
    walls: Iterable[dt.datetime], changes: Iterable[ClockChange], zone: ZoneInfo
) -> UnclearTimes:
    kinds: dict[bool, list[dt.datetime]] = {True: [], False: []}
    for wall in walls:
        change = next((c for c in changes if c.start <= wall < c.end), None)
        if change is not None:
            kinds[change.twice].append(instant_of(wall, zone))
    return UnclearTimes(tuple(kinds[True]), tuple(kinds[False]))
