"""Base rows and the events that follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.scalars import Operand, scalar
from tallybook.language import ir
from tallybook.language.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tallybook.compute.rows import RowFrames
    from tallybook.plan.model import Branch, Placement

    PlaceRows = Callable[[Branch, Sequence[ir.Row], RowFrames, Placement], pl.LazyFrame]

_KEY, _AT, _NEXT = "$join", "$at", "$next"


def converted_rows(
    branch: Branch, conversion: ir.Conversion, rows: RowFrames, place: PlaceRows
) -> pl.LazyFrame:
    """The base rows in their windows, with `$converted`: whether an event follows in time.

    The first event at or after the row, of the same key, is the one that decides.
    """
    base_time = _time(conversion.base, rows)
    base = place(branch, [conversion.base_key, base_time], rows, branch.placement)
    if conversion.base_where is not None:
        base = base.filter(rows.expression(conversion.base_where))
    base = base.with_columns(
        rows.expression(conversion.base_key).alias(_KEY), _instant(base_time, rows).alias(_AT)
    )
    events = _events(conversion, rows)
    followed = base.sort(_AT).join_asof(
        events,
        left_on=_AT,
        right_on=_NEXT,
        by=_KEY,
        strategy="forward",
        coalesce=False,
        check_sortedness=False,
    )
    in_time = pl.col(_NEXT).is_not_null() & pl.col(_KEY).is_not_null()
    if conversion.length is not None:
        operands = [
            Operand(pl.col(_NEXT), Type.DATETIME),
            Operand(pl.lit(None), Type.DURATION, conversion.length),
            Operand(pl.col(_AT), Type.DATETIME),
        ]
        in_time = in_time & scalar("within", operands, Type.BOOLEAN, rows.clock).expr
    return followed.with_columns(in_time.fill_null(value=False).alias("$converted"))


def _events(conversion: ir.Conversion, rows: RowFrames) -> pl.LazyFrame:
    time = _time(conversion.other, rows)
    where = [conversion.other_where] if conversion.other_where is not None else []
    frame = rows.rows(conversion.other, [conversion.other_key, time, *where])
    for condition in where:
        frame = frame.filter(rows.expression(condition))
    found = frame.select(
        rows.expression(conversion.other_key).alias(_KEY), _instant(time, rows).alias(_NEXT)
    )
    return found.drop_nulls().sort(_NEXT)


def _time(source: str, rows: RowFrames) -> ir.Column:
    table = rows.checked.tables[source].table
    name = table.time or ""
    return ir.Column(source, (), name, table.columns[name].type)


def _instant(time: ir.Column, rows: RowFrames) -> pl.Expr:
    return rows.clock.instant(rows.operand(time))
