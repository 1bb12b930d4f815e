"""Tiles: one KPI each, judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.declare.model import Localized
from tallybook.judge import model
from tallybook.judge.cells import shown_period
from tallybook.judge.describe import direction, metric_info
from tallybook.judge.maturity import maturing
from tallybook.judge.model import Status
from tallybook.judge.questions import COMPARED_KEY, SERIES_KEY, sample_of
from tallybook.judge.rating import bands, distance, scale, status, verdict
from tallybook.judge.targets import member_target, target_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.calendar.model import Period
    from tallybook.judge.cells import Cells
    from tallybook.judge.evidence import Evidence
    from tallybook.judge.rating import Bands
    from tallybook.judge.targets import Goal

_COMPARED = ("previous", "year_ago")
_WORST_FIRST = (Status.OFF_TRACK, Status.WATCH, Status.NO_DATA)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One metric in one period of an answer."""

    name: str
    period: Period
    value: model.Number | None
    sample: model.Number | None
    goal: Goal | None


def tile(name: str, evidence: Evidence) -> model.Tile:
    """One KPI with its status, changes and series."""
    metric = evidence.checked.metrics[name]
    said = metric.metric.declared
    now = _read(name, evidence.cells[SERIES_KEY], -1, evidence)
    before = _read(name, evidence.cells[COMPARED_KEY], 0, evidence)
    judged, target = _status(now, evidence), now.goal.value if now.goal else None
    missed = judged in (Status.WATCH, Status.OFF_TRACK)
    too_few = judged is Status.TOO_FEW and now.sample is not None
    return model.Tile(
        metric=metric_info(name, evidence.checked),
        value=now.value,
        status=judged,
        target=target,
        target_distance=distance(now.value, target),
        target_range=_range(name, evidence),
        scale=scale(now.value, target, direction(metric), limits(name, evidence)),
        changes=tuple(_changes(name, now.value, evidence)),
        series=evidence.cells[SERIES_KEY].points(name),
        advice=said.advice if missed else None,
        sample=int(now.sample or 0) if too_few else None,
        status_before=_status(before, evidence),
        vanity=_vanity(said.vanity),
        target_whole=now.goal.whole if now.goal else None,
    )


def _read(name: str, found: Cells, number: int, evidence: Evidence) -> _Reading:
    return _Reading(
        name,
        found.periods[number],
        found.value(name, number),
        found.value(sample_of(name), number),
        target_at(name, found, number, evidence),
    )


def _vanity(said: bool | Localized | None) -> Localized | None:
    if isinstance(said, Localized):
        return said
    return Localized("") if said else None


def _range(name: str, evidence: Evidence) -> tuple[float, float] | None:
    better = evidence.checked.metrics[name].metric.declared.better
    return better if isinstance(better, tuple) else None


def limits(name: str, evidence: Evidence) -> Bands:
    """The status bands in force for a metric."""
    book = evidence.checked.book.declarations.settings.thresholds
    return bands(evidence.checked.metrics[name].metric.declared.status, book)


def _status(reading: _Reading, evidence: Evidence) -> Status:
    metric = evidence.checked.metrics[reading.name]
    least = metric.metric.declared.min_sample
    if least is not None and reading.sample is not None and reading.sample < least:
        return Status.TOO_FEW
    if reading.value is not None and maturing(metric, reading.period, evidence.now):
        return Status.MATURING
    target = reading.goal.value if reading.goal else None
    return status(
        reading.value,
        target,
        _range(reading.name, evidence),
        direction(metric),
        limits(reading.name, evidence),
    )


def with_targets(table: model.Breakdown, period: Period, evidence: Evidence) -> model.Breakdown:
    """A breakdown whose members are held to targets of their own, where they have any."""
    rows = [
        replace(
            row,
            cells=tuple(
                _held(cell, metric.name, table.dimension.name, row.member, period, evidence)
                for cell, metric in zip(row.cells, table.metrics, strict=True)
            ),
        )
        if row.kind == "member"
        else row
        for row in table.rows
    ]
    return replace(table, rows=tuple(rows))


def _held(
    cell: model.BreakdownCell,
    name: str,
    dimension: str,
    member: model.Member,
    period: Period,
    evidence: Evidence,
) -> model.BreakdownCell:
    goal = member_target(name, dimension, member, period, evidence)
    if goal is None:
        return cell
    judged = _status(_Reading(name, period, cell.value, None, goal), evidence)
    return replace(cell, target=goal.value, status=judged)


def _changes(name: str, value: model.Number | None, evidence: Evidence) -> Iterator[model.Change]:
    """Against each period that the page compares with, once: of a year both are the year before."""
    compared = evidence.cells[COMPARED_KEY]
    metric = evidence.checked.metrics[name]
    told: set[model.Period] = set()
    for number, kind in enumerate(_COMPARED):
        period = shown_period(compared.periods[number])
        if kind not in evidence.card.compare or period in told:
            continue
        told.add(period)
        then = compared.value(name, number)
        difference = value - then if value is not None and then is not None else None
        yield model.Change(
            "previous" if kind == "previous" else "year_ago",
            period,
            then,
            difference,
            difference / abs(then) if difference is not None and then else None,
            verdict(value, then, direction(metric), metric.metric.declared.neutral),
        )


def attention(sections: tuple[model.Section, ...]) -> tuple[str, ...]:
    """Metrics that need a look: by status, then by how far they are from their target."""
    tiles = {t.metric.name: t for t in model.headlines(sections) if t.status in _WORST_FIRST}

    def badness(name: str) -> tuple[int, float]:
        return _WORST_FIRST.index(tiles[name].status), -abs(tiles[name].target_distance or 0.0)

    return tuple(sorted(tiles, key=badness))
