"""The table of targets, read as it is: it is small, and what of it holds is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.dtypes import FLOAT64
from tallybook.compute.rows import RowFrames
from tallybook.compute.scalars import Clock
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.resolve.targets import TARGETS
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tallybook.check.model import Checked
    from tallybook.tables.reader import TableReader


@dataclass(frozen=True, slots=True)
class TargetRow:
    """What a metric is to reach from a day to the day before `ends`; None is without an end.

    `dimension` and `member` name the part of it that is meant; without them it is the whole.
    """

    metric: str
    starts: dt.date
    ends: dt.date | None
    dimension: str | None
    member: str | None
    value: float


def target_rows(
    metrics: Collection[str], checked: Checked, reader: TableReader, as_of: dt.datetime
) -> tuple[TargetRow, ...]:
    """The targets of those metrics that take theirs from the table. Raises `BookError`."""
    held = {m: kind for m in metrics if (kind := _kind(m, checked)) is not None}
    if not held or checked.tables[TARGETS].table.absent:
        return ()
    rows = RowFrames(
        checked, reader, Clock(checked.book.calendar.zone, checked.book.calendar.week_starts),
        as_of, Findings(),
    )  # fmt: skip
    columns = checked.tables[TARGETS].table.columns

    def column(name: str) -> ir.Column:
        return ir.Column(TARGETS, (), name, columns[name].type)

    def day(name: str) -> pl.Expr:
        return rows.clock.wall(rows.operand(column(name))).dt.date().alias(name)

    texts = ("metric_id", "kind", "dimension", "dimension_value")
    dates = ("starts_on", "ends_on")
    frame = rows.rows(TARGETS, [column(name) for name in (*texts, *dates, "value")])
    # Rows of other kinds, benchmarks above all, are not what a metric is held to.
    wanted = rows.expression(column("metric_id")).replace_strict(
        held, default=None, return_dtype=pl.String
    )
    found = frame.filter(rows.expression(column("kind")) == wanted).select(
        rows.expression(column("metric_id")).alias("metric_id"),
        *(day(name) for name in dates),
        *(rows.expression(column(name)).alias(name) for name in texts[2:]),
        rows.expression(column("value")).cast(FLOAT64).alias("value"),
    )
    known = found.drop_nulls(["starts_on", "value"]).collect()
    return tuple(TargetRow(*row) for row in known.iter_rows())


def _kind(metric: str, checked: Checked) -> str | None:
    """The kind of rows that a metric takes its target from; None where it takes it from none."""
    target = checked.metrics[metric].metric.declared.target
    return target.kind if target is not None and target.table else None
