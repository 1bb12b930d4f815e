"""Results of measures put together: every period, every member, a formula per metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.aggregates import ZERO
from tallybook.compute.dtypes import FLOAT64, INT64
from tallybook.compute.rows import WINDOW, dimension_dtype
from tallybook.compute.scalars import Operand, constant, finite, scalar
from tallybook.compute.scan import value_name
from tallybook.language import ir
from tallybook.language.types import Type
from tallybook.plan.model import Calculation, ConstantValue, ElapsedShares, Formula, MeasureValue
from tallybook.resolve.members import bands_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.compute.scalars import Clock
    from tallybook.compute.scan import Grouped
    from tallybook.plan.model import Answer, Plan
    from tallybook.resolve.model import Book

PERIOD = WINDOW  # the number of the period in the question


def assemble(answer: Answer, plan: Plan, groups: Sequence[Grouped], clock: Clock) -> pl.LazyFrame:
    """One row per period and member, in the order of periods, then members, null last.

    Columns: `$window` (the number of the period), the dimensions, the metrics.
    """
    by = answer.question.by
    used = {n for _, formula in answer.columns for n in numbers_in(formula)}
    frame = _skeleton(answer, plan, groups)
    zeros: list[pl.Expr] = []
    for group in groups:
        if not used.isdisjoint(group.measures) and set(group.dimensions) <= set(by):
            wanted = sorted(used.intersection(group.measures))
            frame = frame.join(
                group.frame.with_columns(pl.lit(value=True).alias(_found(group))),
                on=[PERIOD, *group.dimensions],
                how="left",
                nulls_equal=True,
            )
            zeros += [_or_zero(n, group) for n in wanted if _zero(plan, n)]
    frame = frame.with_columns(zeros)
    columns = [
        _finished(_lowered(formula, clock), clock).alias(name) for name, formula in answer.columns
    ]
    order = [key for dimension in by for key in _order(dimension, plan.checked.book)]
    return frame.select(PERIOD, *by, *columns).sort(
        PERIOD, *order, nulls_last=True, maintain_order=True
    )


def _order(dimension: str, book: Book) -> Iterator[pl.Expr]:
    """What members are sorted by: ranges from low to high, all else by value."""
    bands = bands_of(dimension, book)
    member = pl.col(dimension)
    if bands is not None:
        places = range(len(bands.names))
        yield member.replace_strict(bands.names, places, default=None, return_dtype=pl.Int32)
    yield member


def _found(group: Grouped) -> str:
    """The column that says where a group has a row."""
    return f"$found {group.measures[0]}"


def _or_zero(number: int, group: Grouped) -> pl.Expr:
    """A measure that is 0 where its group has no row."""
    column = value_name(number)
    found = pl.col(_found(group)).is_not_null()
    return pl.when(found).then(pl.col(column)).otherwise(0).alias(column)


def numbers_in(formula: Formula) -> list[int]:
    """The measures that a formula is made of."""
    match formula:
        case MeasureValue(number=number):
            return [number]
        case Calculation(arguments=arguments):
            return [n for a in arguments for n in numbers_in(a)]
        case ConstantValue() | ElapsedShares():
            return []


def _skeleton(answer: Answer, plan: Plan, groups: Sequence[Grouped]) -> pl.LazyFrame:
    """Every period with every member that occurs in any window the question uses."""
    count = len(answer.question.periods)
    every = pl.LazyFrame({PERIOD: range(count)}, schema={PERIOD: pl.Int32})
    by = answer.question.by
    if not by:
        return every
    wanted = set(answer.presence)
    found = [g.frame.select(by) for g in groups if g.dimensions == by and wanted & set(g.measures)]
    none = pl.LazyFrame(schema={d: dimension_dtype(d, plan.checked) for d in by})
    members = pl.concat(found).unique() if found else none
    return every.join(members, how="cross")


def _zero(plan: Plan, number: int) -> bool:
    """Whether a measure is 0 where there are no rows."""
    aggregate = plan.measures[number].aggregate
    if isinstance(aggregate, ir.Conversion | ir.Retention):
        return True
    return aggregate.function in ZERO


def _lowered(formula: Formula, clock: Clock) -> Operand:
    match formula:
        case MeasureValue(number=number, type=kind):
            return Operand(pl.col(value_name(number)), kind)
        case ConstantValue(value=value, type=kind):
            return constant(value, kind, clock)
        case ElapsedShares(shares=shares):
            listed = pl.lit(pl.Series(shares, dtype=pl.Float64))
            return Operand(listed.gather(pl.col(PERIOD)), Type.FLOAT)
        case Calculation(function="growth", arguments=(now, then)):
            now_, then_ = _lowered(now, clock), _lowered(then, clock)
            return Operand(_growth(now_, then_.firm), Type.FLOAT, loose=True)
        case Calculation(function=function, arguments=arguments, type=kind):
            operands = [_lowered(a, clock) for a in arguments]
            return scalar(function, operands, kind, clock)


def _growth(now: Operand, then: Operand) -> pl.Expr:
    """Relative change; there is none from nothing, from zero or from below zero."""
    before = then.expr.cast(FLOAT64)
    return pl.when(before > 0).then(now.expr.cast(FLOAT64) / before - 1)


def _finished(operand: Operand, clock: Clock) -> pl.Expr:
    """A cell in its final type: 64-bit integers, floats that are numbers, times with a zone."""
    match operand.type:
        case Type.INTEGER:
            return operand.expr.cast(INT64, strict=True)
        case Type.FLOAT:
            return finite(operand.expr.cast(FLOAT64))
        case Type.DATETIME:
            return operand.expr.dt.replace_time_zone("UTC").dt.convert_time_zone(clock.zone.key)
        case Type.NULL:
            return operand.expr.cast(FLOAT64)
        case _:
            return operand.expr
