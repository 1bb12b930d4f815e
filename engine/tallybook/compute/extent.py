"""From when to when the data of some metrics goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.clocks import wall_time
from tallybook.check.sources import parts_of
from tallybook.compute.refusals import refusals_told
from tallybook.compute.rows import RowFrames
from tallybook.compute.scalars import Clock
from tallybook.language import ir
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from tallybook.check.model import Checked
    from tallybook.tables.reader import TableReader


@refusals_told()
def extent(
    cells: Iterable[ir.Cell], checked: Checked, reader: TableReader, as_of: dt.datetime
) -> tuple[dt.datetime, dt.datetime] | None:
    """The first and last moment, on the book's wall clock, of the rows that the cells aggregate.

    None where no row has a time. Raises `BookError` where a table cannot be read.
    """
    clock = Clock(checked.book.calendar.zone, checked.book.calendar.week_starts)
    rows = RowFrames(checked, reader, clock, as_of, Findings())
    placing = dict.fromkeys(p for cell in cells for p in _placing(cell, checked))
    queries = [_bounds(source, at, rows) for source, at in placing]
    if not queries:
        return None
    found = pl.concat(pl.collect_all(queries, engine="streaming")).select(
        pl.col("low").min(), pl.col("high").max()
    )
    low, high = found.row(0)
    if low is None or high is None:
        return None
    zone = checked.book.calendar.zone
    return wall_time(low, zone), wall_time(high, zone)


def _bounds(source: str, at: ir.Row, rows: RowFrames) -> pl.LazyFrame:
    frame = rows.rows(source, [at])
    time = rows.clock.instant(rows.operand(at))
    return frame.select(low=time.min(), high=time.max())


def _placing(cell: ir.Cell, checked: Checked) -> Iterator[tuple[str, ir.Row]]:
    """(source, time) of every aggregate in a cell."""
    match cell:
        case ir.Aggregate(source=source, at=at) | ir.PerKey(source=source, at=at):
            yield from _timed(source, at, checked)
        case ir.Retention(source=source) | ir.Conversion(base=source):
            yield from _timed(source, None, checked)
        case _:
            for part in parts_of(cell):
                yield from _placing(part, checked)


def _timed(source: str, at: ir.Row | None, checked: Checked) -> Iterator[tuple[str, ir.Row]]:
    table = checked.tables[source].table
    if at is not None:
        yield source, at
    elif table.time is not None:
        yield source, ir.Column(source, (), table.time, table.columns[table.time].type)
