"""What a metric is held to in a period: a number, a formula, or rows of the table of targets."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.check.flows import is_flow
from tallybook.dataclass import dataclass
from tallybook.judge.questions import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tallybook.calendar.model import Period
    from tallybook.compute.target_rows import TargetRow
    from tallybook.judge.cells import Cells
    from tallybook.judge.evidence import Evidence
    from tallybook.judge.model import Member, Number

_DAY = dt.timedelta(days=1)
_DIGITS = 9  # what adding days leaves behind lies beyond them


@dataclass(frozen=True, slots=True)
class Goal:
    """A target. `whole` is the whole period's, where `value` is what of it is due by now."""

    value: Number
    whole: Number | None = None


def target_at(name: str, found: Cells, number: int, evidence: Evidence) -> Goal | None:
    """The target of a metric in a period of an answer; None where there is none."""
    metric = evidence.checked.metrics[name]
    if metric.target is not None:
        value = found.value(target_of(name), number)
        return None if value is None else Goal(value)
    said, period = metric.metric.declared.target, found.periods[number]
    if said is not None and said.table:
        rows = [t for t in evidence.targets if t.metric == name and t.dimension is None]
        return from_rows(rows, period, flow=is_flow(metric.cell))
    if said is None or said.value is None:
        return None
    return paced(said.value, period, flow=is_flow(metric.cell))


def member_target(
    name: str, dimension: str, member: Member, period: Period, evidence: Evidence
) -> Goal | None:
    """The target of one member of a dimension, where the table of targets has one."""
    rows = [
        t
        for t in evidence.targets
        if (t.metric, t.dimension) == (name, dimension) and t.member == member
    ]
    return from_rows(rows, period, flow=is_flow(evidence.checked.metrics[name].cell))


def from_rows(rows: Iterable[TargetRow], period: Period, *, flow: bool) -> Goal | None:
    """What rows of the table ask of a period: of every day, the shortest span that holds it.

    Of a flow, a span's target is spread evenly over its days, and days that no span
    holds leave the period without a target. Else the span counts that holds the last day.
    """
    start, end, seen = period.start, period.end, period.window.end
    shortest = sorted(rows, key=lambda t: (t.ends or dt.date.max) - t.starts)
    if start is None or end is None or seen is None or not shortest:
        return None
    if not flow:
        held = _holding(shortest, (seen - dt.timedelta(microseconds=1)).date())
        return None if held is None else Goal(held.value)
    whole = due = 0.0
    day = start
    while day < end:
        held = _holding(shortest, day.date())
        if held is None or held.ends is None:
            return None
        daily = held.value / (held.ends - held.starts).days
        whole += daily
        due += daily * max(0.0, min(1.0, (seen - day) / _DAY))
        day += _DAY
    whole, due = round(whole, _DIGITS), round(due, _DIGITS)
    return Goal(whole) if seen >= end else Goal(due, whole)


def _holding(shortest: list[TargetRow], day: dt.date) -> TargetRow | None:
    return next((t for t in shortest if t.starts <= day and (t.ends is None or day < t.ends)), None)


def paced(whole: Number, period: Period, *, flow: bool) -> Goal:
    """A whole period's target as it is due by the end of what of the period has been seen.

    Sums and counts grow with time; a ratio, an average or a balance is held to its target at once.
    """
    share = elapsed(period)
    if not flow or share >= 1:
        return Goal(whole)
    return Goal(round(whole * share, _DIGITS), whole)


def elapsed(period: Period) -> float:
    """The part of a period that its window has seen."""
    start, end, seen = period.start, period.end, period.window.end
    if start is None or end is None or seen is None or end <= start:
        return 1.0
    return _length(start, seen) / _length(start, end)


def _length(start: dt.datetime, end: dt.datetime) -> float:
    return (end - start).total_seconds()
