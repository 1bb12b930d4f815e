"""The rows behind a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from tallybook.compute.branch import rows_in_windows
from tallybook.compute.refusals import refusals_told
from tallybook.compute.rows import RowFrames, column_name
from tallybook.compute.scalars import Clock
from tallybook.language import ir
from tallybook.plan.conditions import both
from tallybook.plan.model import Branch
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    from tallybook.plan.model import Measure, Plan
    from tallybook.tables.reader import TableReader

PART = "part"


@refusals_told()
def rows_behind(plan: Plan, reader: TableReader) -> dict[str, pl.DataFrame]:
    """Per source, the rows that fall into the aggregates of a plan over one period.

    Every column of the source is there, and `part`: the number of the measure that the row is
    counted in, so that a row that two aggregates use stands twice. Times are in the book's zone.
    Raises `BookError` where a table cannot be read.
    """
    clock = Clock(plan.rules.zone, plan.rules.week_starts)
    rows = RowFrames(plan.checked, reader, clock, plan.as_of, Findings())
    by_source: dict[str, list[pl.LazyFrame]] = {}
    for number, measure in enumerate(plan.measures):
        frame = _rows(measure, rows).with_columns(pl.lit(number).alias(PART))
        by_source.setdefault(measure.source, []).append(frame)
    zoned = cs.datetime().dt.replace_time_zone("UTC").dt.convert_time_zone(plan.rules.zone.key)
    frames = {s: pl.concat(f).with_columns(zoned) for s, f in by_source.items()}
    return dict(zip(frames, pl.collect_all(frames.values()), strict=True))


def _rows(measure: Measure, rows: RowFrames) -> pl.LazyFrame:
    table = rows.checked.tables[measure.source].table
    columns = [
        ir.Column(table.name, (), c.name, c.type) for c in table.columns.values() if not c.absent
    ]
    aggregate = measure.aggregate
    where = aggregate.base_where if isinstance(aggregate, ir.Conversion) else aggregate.where
    branch = Branch(
        measure.source,
        measure.placement,
        measure.rows,
        both(where, measure.condition),
        (),
        measure.windows,
        (),
    )
    found = rows_in_windows(branch, columns, rows, measure.placement)
    return found.select(column_name(c) for c in columns)
