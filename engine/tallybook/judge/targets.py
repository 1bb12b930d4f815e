"""What a metric is held to in a period: a number, a formula, or rows of the table of targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tallybook.judge.questions import target_of
from tallybook.judge.tables import adds_up

if TYPE_CHECKING:
    import datetime as dt

    from tallybook.calendar.model import Period
    from tallybook.judge.cells import Cells
    from tallybook.judge.evidence import Evidence
    from tallybook.judge.model import Number


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
    said = metric.metric.declared.target
    if said is None or said.value is None:
        return None
    return paced(said.value, found.periods[number], adds_up=adds_up(metric.cell))


def paced(whole: Number, period: Period, *, adds_up: bool) -> Goal:
    """A whole period's target as it is due by the end of what of the period has been seen.

    Sums and counts grow with time; a ratio, an average or a balance is held to its target at once.
    """
    share = elapsed(period)
    if not adds_up or share >= 1:
        return Goal(whole)
    return Goal(whole * share, whole)


def elapsed(period: Period) -> float:
    """The part of a period that its window has seen."""
    start, end, seen = period.start, period.end, period.window.end
    if start is None or end is None or seen is None or end <= start:
        return 1.0
    return _length(start, seen) / _length(start, end)


def _length(start: dt.datetime, end: dt.datetime) -> float:
    return (end - start).total_seconds()
