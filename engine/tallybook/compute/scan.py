"""One grouping of a source's rows for many measures, rolled up to the windows of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.aggregates import Part, from_parts, parts, together, whole
from tallybook.compute.placing import in_slots, in_windows, placed_by, slot_names
from tallybook.compute.rows import WINDOW
from tallybook.language import ir
from tallybook.plan.conditions import both

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tallybook.compute.rows import RowFrames
    from tallybook.plan.model import Measure, Plan, Scan

_VALUES = "$values"


@dataclass(frozen=True)
class Grouped:
    """A frame of one row per window and members, with a column per measure (`m7`)."""

    frame: pl.LazyFrame
    dimensions: tuple[str, ...]
    measures: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """A query over a source's rows, and what is made of its small result."""

    frame: pl.LazyFrame
    grouped: Callable[[pl.LazyFrame], list[Grouped]]


@dataclass(frozen=True)
class _Made:
    """How a measure is made: columns put together over groups, and its value from these."""

    together: dict[str, pl.Expr]
    value: pl.Expr


def value_name(number: int) -> str:
    """The column of a measure's values."""
    return f"m{number}"


def lower_scan(scan: Scan, plan: Plan, rows: RowFrames) -> Reading:
    """The scan, and its measures, each group of them on its own windows and members."""
    measures = {n: plan.measures[n] for n in scan.measures}
    if scan.keeps == "values":
        frame, made = _values(scan, measures, rows)
    else:
        frame, made = _parts(scan, measures, rows)

    def grouped(found: pl.LazyFrame) -> list[Grouped]:
        return [
            Grouped(
                _rolled_up(found, scan, measures[numbers[0]], {n: made[n] for n in numbers}),
                measures[numbers[0]].dimensions,
                tuple(numbers),
            )
            for numbers in _alike(measures)
        ]

    return Reading(frame, grouped)


def _alike(measures: dict[int, Measure]) -> list[list[int]]:
    """Measures that are rolled up to the same windows and members."""
    groups: dict[object, list[int]] = {}
    for number, measure in measures.items():
        groups.setdefault((measure.windows, measure.dimensions), []).append(number)
    return list(groups.values())


def dimension_columns(
    source: str, dimensions: Sequence[str], rows: RowFrames
) -> list[tuple[str, ir.Row]]:
    """What a source's dimensions are, by name."""
    table = rows.checked.tables[source]
    return [(d, table.dimensions[d]) for d in dimensions]


def _key(dimension: str) -> str:
    """The column of a dimension in grouped frames; never that of a part or a measure."""
    return f"by.{dimension}"


def _grouped_rows(
    scan: Scan, measures: dict[int, Measure], needed: Sequence[ir.Row], rows: RowFrames
) -> tuple[pl.LazyFrame, list[pl.Expr]]:
    """The rows of a scan with their slots, and what they are grouped by."""
    dimensions = dimension_columns(scan.source, scan.dimensions, rows)
    placing = placed_by(scan.placement, rows, scan.source)
    conditions = [c for c in (scan.rows, scan.where) if c is not None]
    frame = rows.rows(
        scan.source, [*(row for _, row in dimensions), *placing, *conditions, *needed]
    )
    stock = scan.placement.kind == "stock"  # the last row per key is taken first, then filtered
    for condition in [] if stock else conditions:
        frame = frame.filter(rows.expression(condition))
    windows = [w for m in measures.values() for w in m.windows]
    frame = in_slots(frame, scan.placement, windows, rows, scan.source)
    for condition in conditions if stock else []:
        frame = frame.filter(rows.expression(condition))
    members = [rows.expression(row).alias(_key(name)) for name, row in dimensions]
    return frame, [*map(pl.col, slot_names(scan.placement)), *members]


# Values of rows


def _values(
    scan: Scan, measures: dict[int, Measure], rows: RowFrames
) -> tuple[pl.LazyFrame, dict[int, _Made]]:
    """The values of each slot and its members as a list, in any order.

    Lists stream through and serve every window, breakdown and total; a grouped median does not.
    """
    found = ((n, m.aggregate) for n, m in measures.items())
    aggregates = {n: a for n, a in found if isinstance(a, ir.Aggregate)}
    values = next(iter(aggregates.values())).arguments[0]
    frame, keys = _grouped_rows(scan, measures, [values], rows)
    value = rows.expression(values).cast(pl.Float64).alias(_VALUES)
    lists = (
        frame.select(*keys, value)
        .filter(pl.col(_VALUES).is_not_null())
        .group_by(k.meta.output_name() for k in keys)
        .agg(pl.col(_VALUES).implode(maintain_order=False))
    )
    made = {}
    for number, aggregate in aggregates.items():
        name = value_name(number)
        operands = [rows.operand(a) for a in aggregate.arguments]
        value = whole(
            aggregate.function,
            [pl.col(_VALUES).explode(), *(o.expr for o in operands[1:])],
            [o.type for o in operands],
            [o.value for o in operands],
            [],
        )
        made[number] = _Made({name: value}, pl.col(name))
    return lists, made


# Partial results


def _parts(
    scan: Scan, measures: dict[int, Measure], rows: RowFrames
) -> tuple[pl.LazyFrame, dict[int, _Made]]:
    """Partial results per slot and members, and how each measure is made of them."""
    needed = [row for measure in measures.values() for row in _inputs(measure)]
    frame, keys = _grouped_rows(scan, measures, needed, rows)
    made_of, columns = _parts_of(measures, rows)
    grouped = frame.group_by(keys).agg(part.over_rows.alias(n) for n, part in columns.items())
    return grouped, {n: _made(measures[n], found) for n, found in made_of.items()}


def _made(measure: Measure, found: dict[str, tuple[str, Part]]) -> _Made:
    aggregate = measure.aggregate
    if not isinstance(aggregate, ir.Aggregate):
        raise TypeError(aggregate)
    names = {name: column for name, (column, _) in found.items()}
    value = from_parts(aggregate.function, names, of_rows=not aggregate.arguments)
    return _Made({c: together(p.together, c) for c, p in found.values()}, value)


def _inputs(measure: Measure) -> list[ir.Row]:
    aggregate = measure.aggregate
    if not isinstance(aggregate, ir.Aggregate):
        return []
    conditions = (aggregate.where, measure.condition)
    return [*aggregate.arguments, *(c for c in conditions if c is not None)]


def _parts_of(
    measures: dict[int, Measure], rows: RowFrames
) -> tuple[dict[int, dict[str, tuple[str, Part]]], dict[str, Part]]:
    """Columns to compute, equal ones once, and for each measure the ones it is made of."""
    made_of: dict[int, dict[str, tuple[str, Part]]] = {}
    columns: dict[str, Part] = {}
    known: dict[str, str] = {}
    for number, measure in measures.items():
        aggregate = measure.aggregate
        if not isinstance(aggregate, ir.Aggregate):
            continue
        where = both(aggregate.where, measure.condition)
        found = parts(
            aggregate.function,
            [rows.expression(a) for a in aggregate.arguments],
            [a.type for a in aggregate.arguments],
            rows.expression(where) if where is not None else None,
        )
        made_of[number] = {}
        for name, part in found.items():
            text = f"{part.together}:{part.over_rows.meta.serialize(format='json')}"
            column = known.setdefault(text, f"p{len(known)}")
            columns[column] = part
            made_of[number][name] = (column, part)
    return made_of, columns


# Windows and members


def _rolled_up(
    found: pl.LazyFrame, scan: Scan, like: Measure, made: dict[int, _Made]
) -> pl.LazyFrame:
    """Groups put together for the windows and members of some measures."""
    columns = {name: expr for m in made.values() for name, expr in m.together.items()}
    keys = [WINDOW, *(_key(d) for d in like.dimensions)]
    placed = in_windows(found, scan.placement, like.windows, scan.edges)
    summed = placed.group_by(keys).agg(expr.alias(name) for name, expr in columns.items())
    return summed.select(
        WINDOW,
        *(pl.col(_key(d)).alias(d) for d in like.dimensions),
        *(m.value.alias(value_name(n)) for n, m in made.items()),
    )
