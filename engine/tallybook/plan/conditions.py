"""Conditions over dimensions, put into the terms of one source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.check.sources import present
from tallybook.language import ir
from tallybook.language.types import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.check.model import CheckedTable
    from tallybook.parse.syntax import Value


def for_table(condition: ir.Row, table: CheckedTable) -> ir.Row:
    """The condition with every dimension replaced by what it is in this source."""
    match condition:
        case ir.DimensionValue(name=name):
            return table.dimensions[name]
        case ir.RowCall(arguments=arguments):
            return replace(condition, arguments=tuple(for_table(a, table) for a in arguments))
        case ir.Constant() | ir.Column() | ir.PeriodBound() | ir.Linked() | ir.Rate():
            return condition


def both(*conditions: ir.Row | None) -> ir.Row | None:
    """All of the conditions that there are, joined by `and`."""
    joined: ir.Row | None = None
    for condition in conditions:
        if condition is None:
            continue
        joined = (
            condition if joined is None else ir.RowCall("and", (joined, condition), Type.BOOLEAN)
        )
    return joined


def is_member(dimension: str, member: Value, kind: Type) -> ir.Row:
    """The condition that a dimension has a member; None is where it has no value."""
    value = ir.DimensionValue(dimension, kind)
    if member is None:
        return ir.RowCall("is_null", (value,), Type.BOOLEAN)
    return ir.RowCall("=", (value, ir.Constant(member, kind)), Type.BOOLEAN)


def rows_in(row: ir.Row) -> Iterator[ir.Row]:
    """A row expression and all that it is made of; of linked aggregates only our keys."""
    yield row
    match row:
        case ir.RowCall(arguments=arguments):
            for argument in arguments:
                yield from rows_in(argument)
        case ir.Linked(our_keys=keys):
            for key in keys:
                yield from rows_in(key)
        case ir.Rate(currency=currency, at=at):
            yield from rows_in(currency)
            yield from rows_in(at)
        case _:
            pass


def is_windowed(row: ir.Row) -> bool:
    """Whether a row's value depends on the window it is seen in."""
    for part in rows_in(row):
        if isinstance(part, ir.PeriodBound):
            return True
        if isinstance(part, ir.Linked):
            aggregate = part.aggregate
            inner = (*aggregate.arguments, *present(aggregate.where, aggregate.at))
            if any(is_windowed(r) for r in inner):
                return True
    return False
