"""What a reader must know about the rows behind a page: how many, how new, what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.clocks import instant_of, wall_time
from tallybook.compute.placing import edge_value
from tallybook.compute.refusals import refusals_told
from tallybook.compute.rows import RowFrames
from tallybook.compute.scalars import Clock
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from tallybook.calendar.model import Window
    from tallybook.check.model import Checked
    from tallybook.tables.reader import TableReader


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What to look at in a source: dimensions that are asked by, links that are followed."""

    dimensions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Rows of a source in a window, and the newest time (book's wall clock) of all it has.

    `not_given` counts the rows in the window that have no value in a dimension, `unlinked` those
    whose key is given and finds no row through a link. By column, `twice` and `never` count the
    times in the window that clocks show twice, or never.
    """

    rows: int
    newest: dt.datetime | None
    not_given: tuple[tuple[str, int], ...]
    unlinked: tuple[tuple[str, int], ...] = ()
    twice: tuple[tuple[str, int], ...] = ()
    never: tuple[tuple[str, int], ...] = ()


@refusals_told()
def facts(
    inquiries: Mapping[str, Inquiry],
    window: Window,
    checked: Checked,
    reader: TableReader,
    as_of: dt.datetime,
) -> dict[str, SourceFacts]:
    """The facts of each source. Raises `BookError`."""
    clock = Clock(checked.book.calendar.zone, checked.book.calendar.week_starts)
    rows = RowFrames(checked, reader, clock, as_of, Findings())
    queries = [_query(source, asked, window, rows) for source, asked in inquiries.items()]
    frames = pl.collect_all(queries, engine="streaming")
    found = {}
    for (source, asked), frame in zip(inquiries.items(), frames, strict=True):
        row = frame.row(0, named=True)
        found[source] = SourceFacts(
            row["$rows"] or 0,
            _wall(row["$newest"], checked),
            tuple((d, row[_missing(d)] or 0) for d in asked.dimensions),
            tuple((name, row[_unlinked(name)] or 0) for name in asked.links),
            *_unclear(source, window, checked, reader),
        )
    return found


def _unclear(
    source: str, window: Window, checked: Checked, reader: TableReader
) -> Iterator[tuple[tuple[str, int], ...]]:
    """By column, the times of a window that clocks show twice, and those that they never show."""
    zone = checked.book.calendar.zone
    start, end = (instant_of(edge, zone) if edge else None for edge in (window.start, window.end))
    times = reader.unclear_times(source)
    found = {name: column.within(start, end) for name, column in sorted(times.items())}
    yield tuple((name, len(column.twice)) for name, column in found.items())
    yield tuple((name, len(column.never)) for name, column in found.items())


def _missing(dimension: str) -> str:
    return f"no {dimension}"


def _unlinked(link: str) -> str:
    return f"no row of {link}"


def _wall(moment: dt.datetime | None, checked: Checked) -> dt.datetime | None:
    if moment is None:
        return None
    return wall_time(moment, checked.book.calendar.zone)


def _query(source: str, asked: Inquiry, window: Window, rows: RowFrames) -> pl.LazyFrame:
    table = rows.checked.tables[source]
    members = {d: table.dimensions[d] for d in asked.dimensions}
    keys = {name: _keys(source, name, rows) for name in asked.links}
    time: ir.Row | None = None
    if table.table.time is not None:
        kind = table.table.columns[table.table.time].type
        time = ir.Column(source, (), table.table.time, kind)
    linked = [row for pair in keys.values() for row in (*pair[0], pair[1])]
    needed = [*members.values(), *linked, *([time] if time is not None else [])]
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
        *(
            (rows.expression(row).is_null() & inside).sum().alias(_missing(d))
            for d, row in members.items()
        ),
        *((_lost(*pair, rows) & inside).sum().alias(_unlinked(n)) for n, pair in keys.items()),
    )


def _keys(source: str, name: str, rows: RowFrames) -> tuple[tuple[ir.Row, ...], ir.Row]:
    """Our columns of a link, and the far key as it is found through it."""
    tables = rows.checked.tables
    table, link = tables[source].table, tables[source].table.links[name]
    far = tables[link.to].table.columns[link.to_key[0]]
    ours = tuple(ir.Column(source, (), c, table.columns[c].type) for c in link.on)
    return ours, ir.Column(source, (name,), far.name, far.type)


def _lost(ours: tuple[ir.Row, ...], far: ir.Row, rows: RowFrames) -> pl.Expr:
    """Whether a row names a key and no row has it."""
    given = pl.all_horizontal(rows.expression(key).is_not_null() for key in ours)
    return given & rows.expression(far).is_null()


def _inside(time: ir.Row, window: Window, rows: RowFrames) -> pl.Expr:
    """Whether a row's time falls in the window."""
    value = rows.operand(time)
    inside = value.expr.is_not_null()
    if window.start is not None:
        inside = inside & (value.expr >= edge_value(window.start, value.type, rows))
    if window.end is not None:
        inside = inside & (value.expr < edge_value(window.end, value.type, rows))
    return inside
