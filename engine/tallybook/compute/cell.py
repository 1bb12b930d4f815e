"""Cells over the rows of one group: aggregates with their own conditions, and what joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.aggregates import grouped_value, order_columns, rows_meeting, whole
from tallybook.compute.scalars import Operand, scalar
from tallybook.language import ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallybook.compute.rows import RowFrames


def aggregates_in(cell: ir.Cell) -> list[ir.Aggregate]:
    """The aggregates that a cell is made of."""
    match cell:
        case ir.Aggregate():
            return [cell]
        case ir.CellCall(arguments=arguments):
            return [a for part in arguments for a in aggregates_in(part)]
        case _:
            return []


def cell_over_rows(cell: ir.Cell, rows: RowFrames) -> Operand:
    """A cell as one expression over a group's rows, or over a whole frame's."""

    def value(aggregate: ir.Aggregate) -> pl.Expr:
        found = value_over_rows(aggregate, rows)
        if aggregate.function == "sum":  # a frame may be empty, as a group never is
            return pl.when(pl.len() == 0).then(0).otherwise(found)
        return found

    return cell_of(cell, value, rows).firm


def value_over_rows(aggregate: ir.Aggregate, rows: RowFrames) -> pl.Expr:
    """An aggregate over the rows of a group, with its own `where`."""
    if aggregate.where is None:
        return grouped_value(rows, aggregate)
    true = rows.expression(aggregate.where).fill_null(value=False)
    if not aggregate.arguments:
        return rows_meeting(true)
    operands = [rows.operand(a) for a in aggregate.arguments]
    order = [rows.expression(o).filter(true) for o in order_columns(rows, aggregate)]
    value = whole(
        aggregate.function,
        [o.expr.filter(true) if o.value is None else o.expr for o in operands],
        [o.type for o in operands],
        [o.value for o in operands],
        order,
    )
    if aggregate.function == "sum":
        return pl.when(rows_meeting(true) == 0).then(0).otherwise(value)
    return value


def cell_of(cell: ir.Cell, value: Callable[[ir.Aggregate], pl.Expr], rows: RowFrames) -> Operand:
    """A cell over its aggregates' values, wherever these stand."""
    match cell:
        case ir.Aggregate(type=kind):
            return Operand(value(cell), kind)
        case ir.CellCall(function=function, arguments=arguments, type=kind):
            operands = [cell_of(a, value, rows) for a in arguments]
            return scalar(function, operands, kind, rows.clock)
        case ir.Constant():
            return rows.operand(cell)
        case _:
            raise LookupError(cell)
