"""Whether a cohort has had its time: until then, its number can only grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.calendar import periods as calendar
from tallybook.check.sources import parts_of, rows_of
from tallybook.language import ir
from tallybook.parse.syntax import Duration
from tallybook.plan.conditions import rows_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tallybook.calendar.model import Period
    from tallybook.check.model import CheckedMetric


def maturing(metric: CheckedMetric, period: Period, now: dt.datetime) -> bool:
    """Whether, at `now` on the wall clock, what a period's rows do may not all have happened yet.

    `converted` and `conversion` say how long they wait. A metric that `measures: cohort` waits as
    long as the longest time in its conditions, or until the period is over where there is none.
    """
    cohort = metric.metric.declared.measures == "cohort"
    waits = list(_waits(metric.cell))
    if cohort:
        waits += _lengths(metric.cell)
    end = period.end
    if end is None or not (waits or cohort):
        return False
    return max((calendar.add(end, wait) for wait in waits), default=end) > now


def _waits(cell: ir.Cell) -> Iterator[Duration]:
    if isinstance(cell, ir.Conversion) and cell.length is not None:
        yield cell.length
    for part in parts_of(cell):
        yield from _waits(part)


def _lengths(cell: ir.Cell) -> Iterator[Duration]:
    """The lengths of time in the conditions and values of a cell's rows."""
    for row in rows_of(cell):
        for part in rows_in(row):
            if isinstance(part, ir.Constant) and isinstance(part.value, Duration):
                yield part.value
