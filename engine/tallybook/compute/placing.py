"""Rows into windows.

Rows get a *slot* first: the interval between two edges that their time falls in, or, for stocks,
the range of instants at which they are open. A small table then says which slots make up which
window, so that overlapping windows cost no second reading.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.clocks import instant_of
from tallybook.calendar.model import Window
from tallybook.compute.rows import WINDOW
from tallybook.compute.scalars import Operand, scalar
from tallybook.compute.steps import edges_passed
from tallybook.language import ir
from tallybook.language.types import Type
from tallybook.parse.lengths import read_length
from tallybook.plan.groups import edges_of
from tallybook.tables.typed import INSTANT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tallybook.compute.rows import RowFrames
    from tallybook.plan.model import Placement

SLOT, SLOT_END = "$slot", "$slot_end"
_INT = pl.Int32
_EPOCH = dt.datetime(1970, 1, 1)


def slot_names(placement: Placement) -> tuple[str, ...]:
    """The columns that a row's slot stands in."""
    return (SLOT, SLOT_END) if placement.kind == "stock" else (SLOT,)


def placed_by(placement: Placement, rows: RowFrames, source: str) -> list[ir.Row]:
    """The columns that placing needs in the frame."""
    if placement.kind != "stock":
        return [placement.at] if placement.at is not None else []
    declared = rows.checked.tables[source].table.declared
    names: list[str] = []
    if declared.open is not None:
        names = [declared.open.from_.value, declared.open.to.value]
    elif declared.snapshot is not None:
        table = rows.checked.tables[source].table
        names = [*(t.value for t in declared.snapshot.per), table.time or "", *table.key]
    columns = rows.checked.tables[source].table.columns
    return [ir.Column(source, (), n, columns[n].type) for n in names if n in columns]


def rows_to_place(
    source: str, needed: Iterable[ir.Row], placement: Placement, around: Window, rows: RowFrames
) -> pl.LazyFrame:
    """The rows that `as_of` has seen, with all that `needed` and placing them are made of.

    Rows that it has not seen may be there where placing leaves them out: outside `around`.
    """
    wanted = [*needed, *placed_by(placement, rows, source)]
    by_time = placement.kind == "timed" and placement.at == rows.time_of(source)
    if by_time and around.end is not None:
        end = around.end.replace(tzinfo=rows.clock.zone)
        if end <= rows.as_of:
            return rows.with_columns_of(source, wanted)
    return rows.rows(source, wanted)


def in_slots(
    frame: pl.LazyFrame,
    placement: Placement,
    edges: Sequence[dt.datetime],
    around: Window,
    rows: RowFrames,
    source: str,
) -> pl.LazyFrame:
    """The frame with its rows' slots, which lie between the edges.

    Rows that are placed by a time are left out where it is not in `around`.
    """
    if placement.kind == "all":
        return frame.with_columns(pl.lit(0, _INT).alias(SLOT))
    if placement.kind == "stock":
        return _open_slots(frame, edges, rows, source)
    if placement.at is None:
        return frame.filter(pl.lit(value=False)).with_columns(pl.lit(0, _INT).alias(SLOT))
    time = rows.operand(placement.at)
    slot = _passed(time, edges, rows)
    return frame.filter(_inside(time, around, rows)).with_columns(slot.alias(SLOT))


def around_all(windows: Iterable[Window]) -> Window:
    """The smallest window that holds the others."""
    found = list(windows)
    starts = [w.start for w in found if w.start is not None]
    ends = [w.end for w in found if w.end is not None]
    return Window(
        min(starts, default=None) if len(starts) == len(found) else None,
        max(ends, default=None) if len(ends) == len(found) else None,
    )


def placed_in_windows(
    frame: pl.LazyFrame,
    placement: Placement,
    windows: Sequence[Window],
    rows: RowFrames,
    source: str,
) -> pl.LazyFrame:
    """The frame with a row for each window that a row is in."""
    edges = edges_of(placement, windows)
    owners = _owners(placement, windows, edges)
    if owners is None or placement.at is None:
        slotted = in_slots(frame, placement, edges, around_all(windows), rows, source)
        return in_windows(slotted, placement, windows, edges)
    time = rows.operand(placement.at)
    window = _passed(time, edges, rows, owners)
    inside = _inside(time, around_all(windows), rows)
    placed = frame.filter(inside).with_columns(window.alias(WINDOW))
    before = any(w.start is None for w in windows)  # else such rows are gone already
    after = any(w.end is None for w in windows)
    left = owners[0 if before else 1 : None if after else -1]
    return placed.filter(pl.col(WINDOW).is_not_null()) if None in left else placed


def _owners(
    placement: Placement, windows: Sequence[Window], edges: Sequence[dt.datetime]
) -> list[int | None] | None:
    """The one window of each slot; None where windows share slots, and for rows without a time."""
    if placement.kind != "timed":
        return None
    owners: list[int | None] = [None] * (len(edges) + 1)
    for window, (first, end) in enumerate(window_slots(placement, windows, edges)):
        for slot in range(first, end):
            if owners[slot] is not None:
                return None
            owners[slot] = window
    return owners


def _inside(time: Operand, window: Window, rows: RowFrames) -> pl.Expr:
    """Whether a time is known and in the window."""
    low, high = window.start, window.end
    after = None if low is None else time.expr >= edge_value(low, time.type, rows)
    before = None if high is None else time.expr < edge_value(high, time.type, rows)
    if after is None or before is None:
        found = before if after is None else after
        return time.expr.is_not_null() if found is None else found
    return after & before


def _passed(
    time: Operand,
    edges: Sequence[dt.datetime],
    rows: RowFrames,
    named: Sequence[int | None] | None = None,
) -> pl.Expr:
    """How many edges lie at or before a time; with `named`, that number's name."""
    dtype = pl.Date() if time.type is Type.DATE else INSTANT
    numbers = [_edge_number(e, time.type, rows) for e in edges]
    return edges_passed(time.expr, numbers, dtype, named)


def edge_value(edge: dt.datetime, kind: Type, rows: RowFrames) -> pl.Expr:
    """A wall-clock edge as a value that a column of that type is compared with.

    A date is the midnight that it begins with, so an edge in a day is the next day's date.
    """
    number = pl.lit(_edge_number(edge, kind, rows))
    return number.cast(pl.Date() if kind is Type.DATE else INSTANT)


def _edge_number(edge: dt.datetime, kind: Type, rows: RowFrames) -> int:
    """Days or microseconds since 1970."""
    if kind is Type.DATE:
        days = (edge - _EPOCH).days
        return days if edge.time() == dt.time() else days + 1
    return (instant_of(edge, rows.clock.zone) - _EPOCH) // dt.timedelta(microseconds=1)


def _open_slots(
    frame: pl.LazyFrame, edges: Sequence[dt.datetime], rows: RowFrames, source: str
) -> pl.LazyFrame:
    """Rows with the range of instants, by number, at which they are open: `from < t <= to`."""
    table = rows.checked.tables[source].table
    declared = table.declared
    if declared.open is not None:
        start, end = declared.open.from_.value, declared.open.to.value
        end_kind = table.columns[end].type
    else:
        start, end, end_kind = table.time or "", "$until", Type.DATETIME
        frame = _until_next(frame, rows, source)
    start_kind = table.columns[start].type
    opened = _passed(Operand(pl.col(start), start_kind), edges, rows)
    closed = _passed(Operand(pl.col(end), end_kind), edges, rows)
    return (
        frame.filter(pl.col(start).is_not_null())
        .with_columns(
            opened.alias(SLOT),
            pl.when(pl.col(end).is_null())
            .then(pl.lit(len(edges), _INT))
            .otherwise(closed)
            .alias(SLOT_END),
        )
        .filter(pl.col(SLOT) < pl.col(SLOT_END))
    )


def _until_next(frame: pl.LazyFrame, rows: RowFrames, source: str) -> pl.LazyFrame:
    """A snapshot's rows with the instant at which the next row of their key takes over.

    Or earlier, where rows expire: that long after their time, as a formula would move it.
    """
    table = rows.checked.tables[source].table
    snapshot = table.declared.snapshot
    if snapshot is None or table.time is None:
        return frame.with_columns(pl.lit(None, INSTANT).alias("$until"))
    per = [t.value for t in snapshot.per]
    order = [table.time, *(k for k in table.key if k not in per and k != table.time)]
    ordered = frame.filter(pl.col(table.time).is_not_null()).sort(order, maintain_order=True)
    time = Operand(pl.col(table.time), table.columns[table.time].type)
    following = time.expr.shift(-1).over(per) if per else time.expr.shift(-1)
    until = rows.clock.instant(Operand(following, time.type))
    length = read_length(snapshot.expires.value) if snapshot.expires else None
    if length is not None:
        by = Operand(pl.lit(None), Type.DURATION, length)
        expired = scalar("shift_time", [time, by], Type.DATETIME, rows.clock).expr
        until = pl.min_horizontal(until, expired)
    return ordered.with_columns(until.alias("$until"))


def window_slots(
    placement: Placement, windows: Sequence[Window], edges: Sequence[dt.datetime]
) -> list[tuple[int, int]]:
    """For each window the range of slots in it; for stocks the one instant, by number."""
    ranges = []
    for window in windows:
        if placement.kind == "all":
            ranges.append((0, 1))
        elif placement.kind == "stock":
            edge = window.start if placement.edge == "start" else window.end
            at = -1 if edge is None else bisect_left(edges, edge)  # -1: never open
            ranges.append((at, at + 1))
        else:
            first = 0 if window.start is None else bisect_left(edges, window.start) + 1
            last = len(edges) if window.end is None else bisect_left(edges, window.end)
            ranges.append((first, last + 1))
    return ranges


def in_windows(
    frame: pl.LazyFrame,
    placement: Placement,
    windows: Sequence[Window],
    edges: Sequence[dt.datetime],
) -> pl.LazyFrame:
    """A frame with slots as a frame with windows: a row for each window that its slot is in.

    `edges` are those that the slots lie between.
    """
    ranges = window_slots(placement, windows, edges)
    if placement.kind == "stock":
        instants = pl.LazyFrame(
            {WINDOW: range(len(ranges)), "$at": [first for first, _ in ranges]},
            schema={WINDOW: _INT, "$at": _INT},
        )
        return frame.join_where(
            instants, pl.col(SLOT) <= pl.col("$at"), pl.col("$at") < pl.col(SLOT_END)
        ).drop("$at", SLOT, SLOT_END)
    pairs = [(w, slot) for w, (first, end) in enumerate(ranges) for slot in range(first, end)]
    lookup = pl.LazyFrame(
        {WINDOW: [w for w, _ in pairs], SLOT: [s for _, s in pairs]},
        schema={WINDOW: _INT, SLOT: _INT},
    )
    return frame.join(lookup, on=SLOT, how="inner").drop(SLOT)
