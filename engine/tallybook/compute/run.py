"""Runs a plan. Only the data can fail here, and what fails is told as findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import polars as pl

from tallybook.compute.answer import assemble
from tallybook.compute.branch import lower_branch
from tallybook.compute.refusals import check_days, refusals_told
from tallybook.compute.rows import KeyCheck, RowFrames
from tallybook.compute.scalars import Clock
from tallybook.compute.scan import Reading, by_itself, lower_scan
from tallybook.dataclass import dataclass
from tallybook.tables import rules
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    from tallybook.check.model import Checked
    from tallybook.plan.model import Answer, Plan
    from tallybook.tables.reader import TableReader


@dataclass(frozen=True)
class Result:
    """The cells of one question: a row per period and member.

    Columns are `$window` (the number of the period in the question), the dimensions, the metrics.
    """

    answer: Answer
    frame: pl.DataFrame


Engine = Literal["streaming", "in-memory"]
_SMALL = 8_000_000  # bytes of all tables together: about half a million rows
_AS_THEY_ARE = pl.QueryOptFlags.none()  # over few rows, looking for a better plan costs more


@dataclass(frozen=True)
class Lowered:
    """A plan as Polars queries, not yet run."""

    engine: Engine
    readings: tuple[Reading, ...]
    key_checks: dict[KeyCheck, pl.LazyFrame]
    clock: Clock


def engine_for(plan: Plan, reader: TableReader) -> Engine:
    """In memory where all tables are small: streams then cost more to set up than they save."""
    sizes = [reader.size(plan.checked.tables[source].table) for source in plan.reads]
    known = [size for size in sizes if size is not None]
    small = len(known) == len(sizes) and sum(known) <= _SMALL
    return "in-memory" if small else "streaming"


def lower(plan: Plan, reader: TableReader, engine: Engine = "streaming") -> Lowered:
    """The queries of a plan, to be run by `engine`. Raises `BookError` for unreadable tables."""
    clock = Clock(plan.rules.zone, plan.rules.week_starts)
    small = engine == "in-memory"
    rows = RowFrames(
        plan.checked, reader, clock, plan.as_of, Findings(), small=small, ahead=plan.reads
    )
    readings = [reading for scan in plan.scans for reading in lower_scan(scan, plan, rows)]
    readings += [by_itself(g) for b in plan.branches for g in lower_branch(b, plan, rows)]
    rows.findings.raise_errors()
    return Lowered(engine, tuple(readings), rows.key_checks, clock)


def lazy_answer(answer: Answer, plan: Plan, lowered: Lowered) -> pl.LazyFrame:
    """One question as one query that has not been run."""
    groups = [group for r in lowered.readings for group in r.grouped(r.frame)]
    return assemble(answer, plan, groups, lowered.clock)


def run(plan: Plan, reader: TableReader) -> tuple[Result, ...]:
    """The cells of every question. Raises `BookError` for faults in the data.

    First rows become small frames, all sources in one go, then these are put together in memory.
    """
    with refusals_told(dict(enumerate(plan.measures))):
        lowered = lower(plan, reader, engine_for(plan, reader))
        readings = lowered.readings
        queries = [*(r.frame for r in readings), *lowered.key_checks.values()]
        frames = pl.collect_all(queries, engine=lowered.engine)
        findings = Findings()
        checks = frames[len(readings) :]
        for check, duplicates in zip(lowered.key_checks, checks, strict=True):
            tell_duplicates(check, duplicates, plan.checked, findings)
        findings.raise_errors()
        groups = [
            group
            for reading, frame in zip(readings, frames, strict=False)
            for group in reading.grouped(frame.lazy())
        ]
        rolled_up = pl.collect_all(
            [g.frame for g in groups], engine="in-memory", optimizations=_AS_THEY_ARE
        )
        groups = [replace(g, frame=f.lazy()) for g, f in zip(groups, rolled_up, strict=True)]
        answers = [assemble(answer, plan, groups, lowered.clock) for answer in plan.answers]
        cells = pl.collect_all(answers, engine="in-memory", optimizations=_AS_THEY_ARE)
        places = {n: m.metric.formula.span for n, m in plan.checked.metrics.items()}
        for frame in cells:
            check_days(frame, places)
        return tuple(Result(a, frame) for a, frame in zip(plan.answers, cells, strict=True))


def tell_duplicates(
    check: KeyCheck, duplicates: pl.DataFrame, checked: Checked, findings: Findings
) -> None:
    """Tell of the keys that a link could find several rows by, if there are any."""
    if duplicates.is_empty():
        return
    row = duplicates.row(0, named=True)
    times = row.pop("$rows")
    values = ", ".join(f"`{name}` = `{value}`" for name, value in row.items())
    table = checked.tables[check.source].table
    span = next(link.to.span for link in table.declared.links if link.name.value == check.link)
    findings.add(
        rules.DUPLICATE_KEY,
        f"the key of `{check.to}` is not unique, so `{check.source}.{check.link}` could be "
        f"several rows: {values} stands in {times} rows",
        span,
        help=f"remove the duplicates from `{check.to}`, or link by a key that is unique",
    )
