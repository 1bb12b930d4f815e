"""What a reader must know about the rows behind a page: how many, how new, what they lack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.model import UTC
from tallybook.compute.placing import edge_values
from tallybook.compute.rows import RowFrames
from tallybook.compute.scalars import Clock
from tallybook.language import ir
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tallybook.calendar.model import Window
    from tallybook.check.model import Checked
    from tallybook.tables.reader import TableReader


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Rows of a source in a window, and the newest time (book's wall clock) of all it has.

    `not_given` counts the rows in the window that have no value in a dimension.
    """

    rows: int
    newest: dt.datetime | None
    not_given: tuple[tuple[str, int], ...]


def facts(
    dimensions: Mapping[str, tuple[str, ...]],
    window: Window,
    checked: Checked,
    reader: TableReader,
    as_of: dt.datetime,
) -> dict[str, SourceFacts]:
    """The facts of each source, with the dimensions to look at. Raises `BookError`."""
    clock = Clock(checked.book.calendar.zone, checked.book.calendar.week_starts)
    rows = RowFrames(checked, reader, clock, as_of, Findings())
    queries = [_query(source, names, window, rows) for source, names in dimensions.items()]
    frames = pl.collect_all(queries, engine="streaming")
    found = {}
    for (source, names), frame in zip(dimensions.items(), frames, strict=True):
        row = frame.row(0, named=True)
        missing = tuple((d, row[d] or 0) for d in names)
        found[source] = SourceFacts(row["$rows"] or 0, _wall(row["$newest"], checked), missing)
    return found


def _wall(moment: dt.datetime | None, checked: Checked) -> dt.datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC).astimezone(checked.book.calendar.zone).replace(tzinfo=None)


def _query(
    source: str, dimensions: tuple[str, ...], window: Window, rows: RowFrames
) -> pl.LazyFrame:
    table = rows.checked.tables[source]
    members = {d: table.dimensions[d] for d in dimensions}
    time: ir.Row | None = None
    if table.table.time is not None:
        kind = table.table.columns[table.table.time].type
        time = ir.Column(source, (), table.table.time, kind)
    needed = [*members.values(), *([time] if time is not None else [])]
    frame = rows.rows(source, needed)
    newest = pl.lit(None, pl.Datetime("us"))
    inside = pl.lit(value=True)
    if time is not None:
        moment = rows.clock.instant(rows.operand(time))
        newest = moment.max()
        inside = _inside(time, window, rows)
    return frame.select(
        inside.sum().alias("$rows") if time is not None else pl.len().alias("$rows"),
        newest.alias("$newest"),
        *((rows.expression(row).is_null() & inside).sum().alias(d) for d, row in members.items()),
    )


def _inside(time: ir.Row, window: Window, rows: RowFrames) -> pl.Expr:
    """Whether a row's time falls in the window."""
    value = rows.operand(time)
    edges = edge_values([e for e in (window.start, window.end) if e is not None], value.type, rows)
    inside = value.expr.is_not_null()
    if window.start is not None:
        inside = inside & (value.expr >= edges[0])
    if window.end is not None:
        inside = inside & (value.expr < edges[-1])
    return inside
