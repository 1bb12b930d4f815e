"""Results of measures put together: every period, every member, a formula per metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.aggregates import ZERO
from tallybook.compute.rows import WINDOW
from tallybook.compute.scalars import Operand, constant, finite, scalar
from tallybook.compute.scan import value_name
from tallybook.language import ir
from tallybook.language.types import Type
from tallybook.plan.model import Calculation, ConstantValue, Formula, MeasureValue
from tallybook.tables.typed import dtype_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.compute.scalars import Clock
    from tallybook.compute.scan import Grouped
    from tallybook.plan.model import Answer, Plan

PERIOD = WINDOW  # the number of the period in the question


def assemble(answer: Answer, plan: Plan, groups: Sequence[Grouped], clock: Clock) -> pl.LazyFrame:
    """One row per period and member, in the order of periods, then members, null last.

    Columns: `$window` (the number of the period), the dimensions, the metrics.
    """
    by = answer.question.by
    used = {n for _, formula in answer.columns for n in numbers_in(formula)}
    frame = _skeleton(answer, plan, groups)
    for group in groups:
        wanted = [n for n in group.measures if n in used]
        if wanted and set(group.dimensions) <= set(by):
            frame = _joined(frame, group, wanted, plan)
    columns = [
        _finished(_lowered(formula, clock), clock).alias(name) for name, formula in answer.columns
    ]
    return frame.select(PERIOD, *by, *columns).sort(
        PERIOD, *by, nulls_last=True, maintain_order=True
    )


def numbers_in(formula: Formula) -> list[int]:
    """The measures that a formula is made of."""
    match formula:
        case MeasureValue(number=number):
            return [number]
        case Calculation(arguments=arguments):
            return [n for a in arguments for n in numbers_in(a)]
        case ConstantValue():
            return []


def _skeleton(answer: Answer, plan: Plan, groups: Sequence[Grouped]) -> pl.LazyFrame:
    """Every period with every member that occurs in any window the question uses."""
    count = len(answer.question.periods)
    every = pl.LazyFrame({PERIOD: range(count)}, schema={PERIOD: pl.Int32})
    by = answer.question.by
    if not by:
        return every
    wanted = set(answer.presence)
    found = [
        g.frame.select(_member(plan, d) for d in by)
        for g in groups
        if g.dimensions == by and wanted & set(g.measures)
    ]
    if not found:
        return every.join(_no_members(plan, by), how="cross")
    members = pl.concat(found, how="vertical_relaxed").unique()
    return every.join(members, how="cross")


def _no_members(plan: Plan, by: tuple[str, ...]) -> pl.LazyFrame:
    return pl.LazyFrame(schema={d: _dimension_dtype(plan, d) for d in by})


def _dimension_dtype(plan: Plan, dimension: str) -> pl.DataType:
    """The one type that a dimension has, whichever source it comes from."""
    from tallybook.language.types import unify

    kind = Type.NULL
    for table in plan.checked.tables.values():
        if dimension in table.dimensions:
            kind = unify(kind, table.dimensions[dimension].type) or kind
    return dtype_of(kind)


def _member(plan: Plan, dimension: str) -> pl.Expr:
    return pl.col(dimension).cast(_dimension_dtype(plan, dimension))


def _joined(frame: pl.LazyFrame, group: Grouped, wanted: Sequence[int], plan: Plan) -> pl.LazyFrame:
    """The frame with a group's measures; where no row was, what the aggregate gives for none."""
    keys = [PERIOD, *group.dimensions]
    right = group.frame.select(
        PERIOD,
        *(_member(plan, d) for d in group.dimensions),
        *(value_name(n) for n in wanted),
    )
    zeros = [value_name(n) for n in wanted if _zero(plan, n)]
    if not zeros:
        return frame.join(right, on=keys, how="left", nulls_equal=True)
    marked = right.with_columns(pl.lit(value=True).alias("$found"))
    joined = frame.join(marked, on=keys, how="left", nulls_equal=True)
    found, none = pl.col("$found").is_not_null(), pl.lit(0)
    filled = (pl.when(found).then(pl.col(z)).otherwise(none).alias(z) for z in zeros)
    return joined.with_columns(filled).drop("$found")


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
        case Calculation(function="growth", arguments=(now, then)):
            return Operand(_growth(_lowered(now, clock), _lowered(then, clock)), Type.FLOAT)
        case Calculation(function=function, arguments=arguments, type=kind):
            operands = [_lowered(a, clock) for a in arguments]
            return Operand(scalar(function, operands, kind, clock), kind)


def _growth(now: Operand, then: Operand) -> pl.Expr:
    """Relative change; there is none from nothing, from zero or from below zero."""
    before = then.expr.cast(pl.Float64)
    return finite(pl.when(before > 0).then(now.expr.cast(pl.Float64) / before - 1))


def _finished(operand: Operand, clock: Clock) -> pl.Expr:
    """A cell in its final type: 64-bit integers, floats that are numbers, times with a zone."""
    match operand.type:
        case Type.INTEGER:
            return operand.expr.cast(pl.Int64, strict=True)
        case Type.FLOAT:
            return finite(operand.expr.cast(pl.Float64))
        case Type.DATETIME:
            return operand.expr.dt.replace_time_zone("UTC").dt.convert_time_zone(clock.zone.key)
        case Type.NULL:
            return operand.expr.cast(pl.Float64)
        case _:
            return operand.expr
