"""What each aggregate of the table is in Polars.

Two forms. A *whole* aggregate is one expression over the rows of a group. A *rolled-up* one is made
of partial results (`parts`) that are put together again (`combined`) for coarser groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.dtypes import FLOAT64, INT64, INT128
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.language.types import Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.compute.rows import RowFrames

# What a cell holds where no row falls in it; every other aggregate holds nothing.
ZERO = frozenset({"count", "distinct", "sum"})


def defaulted(function: str, value: pl.Expr, found: pl.Expr) -> pl.Expr:
    """The value of a group, or what the function gives where there is no row at all."""
    if function in ZERO:
        return pl.when(found).then(value).otherwise(pl.lit(0))
    if function == "exists":
        return pl.when(found).then(value).otherwise(pl.lit(value=False))
    return value


def grouped_value(rows: RowFrames, aggregate: ir.Aggregate) -> pl.Expr:
    """An aggregate over the rows of a group that its `where` has been applied to already."""
    arguments = [rows.operand(a) for a in aggregate.arguments]
    order = _order(rows, aggregate)
    if not arguments:
        counted = pl.len().cast(INT64)
        return counted > 0 if aggregate.function == "exists" else counted
    return whole(
        aggregate.function,
        [a.expr for a in arguments],
        [a.type for a in arguments],
        [a.value for a in arguments],
        order,
    )


def _order(rows: RowFrames, aggregate: ir.Aggregate) -> list[pl.Expr]:
    """The columns that `first` and `last` go by."""
    if aggregate.function not in ("first", "last"):
        return []
    table = rows.checked.tables[aggregate.source].table
    time = aggregate.at or ir.Column(
        aggregate.source, (), table.time or "", table.columns[table.time or ""].type
    )
    keys = [ir.Column(aggregate.source, (), k, table.columns[k].type) for k in table.key]
    return [rows.expression(time), *(rows.expression(k) for k in keys)]


def order_columns(rows: RowFrames, aggregate: ir.Aggregate) -> list[ir.Row]:
    """The columns that an aggregate's order needs in its frame."""
    if aggregate.function not in ("first", "last"):
        return []
    table = rows.checked.tables[aggregate.source].table
    keys = [ir.Column(aggregate.source, (), k, table.columns[k].type) for k in table.key]
    if aggregate.at is not None:
        return [aggregate.at, *keys]
    if table.time is None:
        return list(keys)
    return [ir.Column(aggregate.source, (), table.time, table.columns[table.time].type), *keys]


def whole(  # noqa: PLR0912 - one case an aggregate
    function: str,
    arguments: list[pl.Expr],
    types: list[Type],
    values: list[object],
    order: list[pl.Expr],
) -> pl.Expr:
    """One aggregate as one expression over a group."""
    x = arguments[0]
    match function:
        case "count" if types[0] is Type.BOOLEAN:
            return x.sum().cast(INT64)
        case "count":
            return x.count().cast(INT64)
        case "distinct":
            return x.drop_nulls().n_unique().cast(INT64)
        case "sum":
            return pl.when(x.count() > 0).then(_wide(x, types[0]).sum())
        case "avg":
            return x.cast(FLOAT64).mean()
        case "min" | "max":
            return x.min() if function == "min" else x.max()
        case "median":
            return _listed(x).list.median()
        case "percentile":
            share = values[1] if isinstance(values[1], int | float) else 0.5
            at = pl.element().quantile(float(share), interpolation="linear")
            return _listed(x).list.agg(at)
        case "stddev" | "variance":
            spread = x.cast(FLOAT64)
            return spread.std(ddof=1) if function == "stddev" else spread.var(ddof=1)
        case "first" | "last":
            return _ordered(x, order, last=function == "last")
        case "weighted_avg":
            return _weighted(x.cast(FLOAT64), arguments[1].cast(FLOAT64))
        case "any":
            return pl.when(_known(x, types[0]) > 0).then(x.any())
        case "all":
            return pl.when(_known(x, types[0]) > 0).then(x.all())
    raise LookupError(function)


def _wide(x: pl.Expr, kind: Type) -> pl.Expr:
    """A summand in a type whose sums do not wrap."""
    match kind:
        case Type.INTEGER:
            return x.cast(INT128)
        case _:
            return x


def _listed(x: pl.Expr) -> pl.Expr:
    """The values of a group in any order: a list streams, a grouped median or quantile does not."""
    return x.cast(FLOAT64).drop_nulls().implode(maintain_order=False)


def _ordered(x: pl.Expr, order: list[pl.Expr], *, last: bool) -> pl.Expr:
    """The value of the first or last row that has one; a row without a time is never preferred.

    The smallest of tuples streams, which sorting each group does not. The value itself comes last,
    so that rows without a key give one answer every time.
    """
    fields = [f for o in order for f in (o.is_not_null() if last else o.is_null(), o)] + [x]
    place = pl.struct(field.alias(str(number)) for number, field in enumerate(fields))
    place = pl.when(x.is_not_null()).then(place)
    return x.max_by(place) if last else x.min_by(place)


def _weighted(x: pl.Expr, weight: pl.Expr) -> pl.Expr:
    both = x.is_not_null() & weight.is_not_null()
    total = pl.when(both).then(weight).sum()
    return pl.when(total != 0).then((x * weight).sum() / total)


@dataclass(frozen=True, slots=True)
class Part:
    """A partial result: what is computed over rows, and how parts of it become one."""

    over_rows: pl.Expr
    together: str  # "sum", "min" or "max"


def parts(
    function: str, arguments: list[pl.Expr], types: list[Type], meets: pl.Expr | None
) -> dict[str, Part]:
    """The partial results of an aggregate that rolls up, by a short name.

    Where a row does not meet the condition (`meets` is false, never null), `arguments[0]` is null.
    Parts of one name over the same arguments and condition are the same, whatever the aggregate.
    `n` counts the rows that meet the condition; it tells "no rows" from "no values" of a sum.
    """
    met = {"n": Part(rows_meeting(meets), "sum")}
    if not arguments:
        return met
    found: dict[str, Part] = {}
    x = arguments[0]
    known = _known(x, types[0])
    match function:
        case "count" if types[0] is Type.BOOLEAN:
            found["true"] = Part(x.sum().cast(INT64), "sum")
        case "count":
            found["known"] = Part(known, "sum")
        case "sum":
            summed = Part(_wide(x, types[0]).sum(), "sum")
            found |= {**met, "known": Part(known, "sum"), "sum": summed}
        case "avg":
            found |= {"known": Part(known, "sum"), "total": Part(x.cast(FLOAT64).sum(), "sum")}
        case "min":
            found["min"] = Part(x.min(), "min")
        case "max":
            found["max"] = Part(x.max(), "max")
        case "weighted_avg":
            weight = arguments[1].cast(FLOAT64)
            value = x.cast(FLOAT64)
            both = value.is_not_null() & weight.is_not_null()
            found |= {
                "weight": Part(pl.when(both).then(weight).sum(), "sum"),
                "weighted": Part((value * weight).sum(), "sum"),
            }
        case "any" | "all":
            found |= {"known": Part(known, "sum"), "true": Part(x.sum().cast(INT64), "sum")}
        case _:
            raise LookupError(function)
    return found


def _known(x: pl.Expr, kind: Type) -> pl.Expr:
    """How many values are not null; `count` of a streamed group of two null booleans panics."""
    counted = x.is_not_null().sum() if kind is Type.BOOLEAN else x.count()
    return counted.cast(INT64)


def rows_meeting(true: pl.Expr | None) -> pl.Expr:
    """How many rows of a group meet a condition that is never null."""
    if true is None:
        return pl.len().cast(INT64)
    if not true.meta.root_names():  # made of constants: one value, not one per row
        return pl.when(true).then(pl.len()).otherwise(0).cast(INT64)
    return true.sum().cast(INT64)


def together(how: str, column: str) -> pl.Expr:
    """Partial results of several groups as one."""
    match how:
        case "sum":
            return pl.col(column).sum()
        case "min":
            return pl.col(column).min()
        case _:
            return pl.col(column).max()


def from_parts(function: str, columns: Mapping[str, str], *, of_rows: bool) -> pl.Expr:
    """The value of an aggregate from its combined parts, for groups that have rows.

    `columns` says where each part stands.
    """

    def part(name: str) -> pl.Expr:
        return pl.col(columns[name])

    if of_rows:
        return part("n")
    match function:
        case "count":
            return part("true" if "true" in columns else "known")
        case "sum":
            return pl.when(part("known") > 0).then(part("sum")).when(part("n") == 0).then(0)
        case "avg":
            return pl.when(part("known") > 0).then(part("total") / part("known"))
        case "min" | "max":
            return part(function)
        case "weighted_avg":
            return pl.when(part("weight") != 0).then(part("weighted") / part("weight"))
        case "any":
            return pl.when(part("known") > 0).then(part("true") > 0)
        case "all":
            return pl.when(part("known") > 0).then(part("true") == part("known"))
    raise LookupError(function)
