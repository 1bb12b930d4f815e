"""One grouping of a source's rows for many measures, rolled up to the windows of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.aggregates import Part, from_parts, parts, together, whole
from tallybook.compute.dtypes import FLOAT64, INT64
from tallybook.compute.membership import condition
from tallybook.compute.placing import (
    around_all,
    in_slots,
    in_windows,
    placed_in_windows,
    rows_to_place,
    slot_names,
)
from tallybook.compute.rows import WINDOW
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.language.types import Type
from tallybook.plan.conditions import both

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tallybook.calendar.model import Window
    from tallybook.compute.rows import RowFrames
    from tallybook.plan.model import Measure, Plan, Scan

_VALUES = "$values"
_LOOKED_AT = 10_000  # rows, to see whether a column has few values
_FEW = 200


@dataclass(frozen=True)
class Grouped:
    """A frame of `$window`, the dimensions, and a column per measure (`m7`); a row per group."""

    frame: pl.LazyFrame
    dimensions: tuple[str, ...]
    measures: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """A query over a source's rows, and what is made of its small result."""

    frame: pl.LazyFrame
    grouped: Callable[[pl.LazyFrame], list[Grouped]]


def by_itself(group: Grouped) -> Reading:
    """A group that nothing more is made of."""
    return Reading(group.frame, lambda found: [replace(group, frame=found)])


@dataclass(frozen=True)
class _Made:
    """How a measure is made: columns put together over groups, and its value from these."""

    together: dict[str, pl.Expr]
    value: pl.Expr


def value_name(number: int) -> str:
    """The column of a measure's values."""
    return f"m{number}"


def lower_scan(scan: Scan, plan: Plan, rows: RowFrames) -> list[Reading]:
    """The scan, and its measures, each group of them on its own windows and members."""
    measures = {n: plan.measures[n] for n in scan.measures}
    match scan.keeps:
        case "parts":
            return [_reading(scan, measures, rows, *_parts(scan, measures, rows))]
        case "values":
            return [_reading(scan, measures, rows, *_values(scan, measures, rows))]
        case "distinct" if _are_few(scan, measures, rows):
            return [_reading(scan, measures, rows, *_each_once(scan, measures, rows))]
        case "distinct":
            return [_counted(scan, measures, numbers, rows) for numbers in _alike(measures)]


def _reading(
    scan: Scan,
    measures: dict[int, Measure],
    rows: RowFrames,
    frame: pl.LazyFrame,
    made: dict[int, _Made],
) -> Reading:

    def grouped(found: pl.LazyFrame) -> list[Grouped]:
        return [
            Grouped(
                _rolled_up(found, scan, measures[numbers[0]], {n: made[n] for n in numbers}, rows),
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


def key_name(dimension: str) -> str:
    """The column of a dimension that rows are grouped by; never that of a part or a measure."""
    return f"by.{dimension}"


def members_of(dimensions: Iterable[str], rows: RowFrames) -> list[pl.Expr]:
    """The columns that rows were grouped by, under the dimensions' own names and in their types."""
    return [pl.col(key_name(d)).cast(rows.dimension_dtype(d)).alias(d) for d in dimensions]


def _grouped_rows(
    scan: Scan, measures: dict[int, Measure], needed: Sequence[ir.Row], rows: RowFrames
) -> tuple[pl.LazyFrame, list[pl.Expr]]:
    """The rows of a scan with their slots, and what they are grouped by."""
    dimensions = dimension_columns(scan.source, scan.dimensions, rows)
    around = around_all(w for m in measures.values() for w in m.windows)
    frame = _rows(scan, [*needed, *(row for _, row in dimensions)], around, rows)
    if scan.placement.kind != "stock":
        frame = _meeting(frame, scan, rows)
    frame = in_slots(frame, scan.placement, scan.edges, around, rows, scan.source)
    if scan.placement.kind == "stock":  # the last row per key is taken first, then filtered
        frame = _meeting(frame, scan, rows)
    members = [rows.expression(row).alias(key_name(name)) for name, row in dimensions]
    return frame, [*map(pl.col, slot_names(scan.placement)), *members]


def _rows(scan: Scan, needed: Sequence[ir.Row], around: Window, rows: RowFrames) -> pl.LazyFrame:
    """The scan's rows, with what its conditions and placing them in time need."""
    conditions = [c for c in (scan.rows, scan.where) if c is not None]
    return rows_to_place(scan.source, [*conditions, *needed], scan.placement, around, rows)


def _meeting(frame: pl.LazyFrame, scan: Scan, rows: RowFrames) -> pl.LazyFrame:
    """The rows that meet the scan's conditions."""
    for required in (scan.rows, scan.where):
        if required is not None:
            frame = frame.filter(rows.expression(required))
    return frame


def _argument(measures: dict[int, Measure]) -> ir.Row:
    """The first argument, which measures that keep values have in common."""
    aggregates = (m.aggregate for m in measures.values())
    return next(a.arguments[0] for a in aggregates if isinstance(a, ir.Aggregate))


# Values of rows


def _values(
    scan: Scan, measures: dict[int, Measure], rows: RowFrames
) -> tuple[pl.LazyFrame, dict[int, _Made]]:
    """The values of each slot and its members as a list, in any order.

    Lists stream through and serve every window, breakdown and total; a grouped median does not.
    """
    values = _argument(measures)
    found = ((n, m.aggregate) for n, m in measures.items())
    aggregates = {n: a for n, a in found if isinstance(a, ir.Aggregate)}
    frame, keys = _grouped_rows(scan, measures, [values], rows)
    value = rows.expression(values).cast(FLOAT64).alias(_VALUES)
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


# Distinct values


def _are_few(scan: Scan, measures: dict[int, Measure], rows: RowFrames) -> bool:
    """Whether the first rows have so few values that keeping each once makes the rows few.

    The first rows of all, whenever they were: a condition would have the whole table read for them.
    """
    value = _argument(measures)
    if value.type is Type.BOOLEAN:
        return True
    if rows.small or not isinstance(value, ir.Column) or value.links:
        return False
    first = rows.with_columns_of(scan.source, [value]).head(_LOOKED_AT)
    counted = first.select(rows.expression(value).n_unique()).collect(engine="in-memory").item()
    return int(counted) <= _FEW


def _each_once(
    scan: Scan, measures: dict[int, Measure], rows: RowFrames
) -> tuple[pl.LazyFrame, dict[int, _Made]]:
    """The values of each slot and its members, each once: they serve every window and total."""
    value = _argument(measures)
    frame, keys = _grouped_rows(scan, measures, [value], rows)
    values = frame.select(*keys, rows.expression(value).alias(_VALUES))
    once = values.group_by(pl.all()).agg().filter(pl.col(_VALUES).is_not_null())
    counted = pl.col(_VALUES).n_unique().cast(INT64)
    return once, {n: _Made({value_name(n): counted}, pl.col(value_name(n))) for n in measures}


def _counted(
    scan: Scan, measures: dict[int, Measure], numbers: list[int], rows: RowFrames
) -> Reading:
    """Distinct values counted over the rows of each window: where they are many, that is least."""
    like = measures[numbers[0]]
    value = _argument(measures)
    dimensions = dimension_columns(scan.source, like.dimensions, rows)
    needed = [value, *(row for _, row in dimensions)]
    frame = _meeting(_rows(scan, needed, around_all(like.windows), rows), scan, rows)
    frame = placed_in_windows(frame, scan.placement, like.windows, rows, scan.source)
    members = [rows.expression(row).alias(key_name(name)) for name, row in dimensions]
    found = frame.select(WINDOW, *members, rows.expression(value).alias(_VALUES))
    keys = [WINDOW, *(key_name(name) for name in like.dimensions)]
    counted = (
        found.filter(pl.col(_VALUES).is_not_null())
        .group_by(keys)
        .agg(pl.col(_VALUES).n_unique().cast(INT64).alias(value_name(n)) for n in numbers)
    )
    named = counted.select(
        WINDOW,
        *members_of(like.dimensions, rows),
        *map(value_name, numbers),
    )
    return by_itself(Grouped(named, like.dimensions, tuple(numbers)))


# Partial results


@dataclass(frozen=True)
class _PartsOf:
    """The partial results of a scan's measures, and how each measure is made of them.

    Rows are looked at once per condition and once per value under it, which stand in columns then.
    """

    conditions: dict[str, pl.Expr]
    values: dict[str, pl.Expr]
    columns: dict[str, Part]
    made: dict[int, _Made]
    needed: list[ir.Row]
    names: dict[object, str]

    def name(self, of: object, prefix: str) -> str:
        """A column's name; equal things have the same."""
        return self.names.setdefault((prefix, of), f"{prefix}{len(self.names)}")


def _parts(
    scan: Scan, measures: dict[int, Measure], rows: RowFrames
) -> tuple[pl.LazyFrame, dict[int, _Made]]:
    """Partial results per slot and members, and how each measure is made of them."""
    found = _parts_of(measures, rows)
    frame, keys = _grouped_rows(scan, measures, found.needed, rows)
    for columns in (found.conditions, found.values):
        frame = frame.with_columns(value.alias(name) for name, value in columns.items())
    aggregates = (part.over_rows.alias(n) for n, part in found.columns.items())
    return frame.group_by(keys).agg(aggregates), found.made


def _parts_of(measures: dict[int, Measure], rows: RowFrames) -> _PartsOf:
    """Every aggregate is lowered once, in however many windows and breakdowns it is asked."""
    found = _PartsOf({}, {}, {}, {}, [], {})
    lowered: dict[object, _Made] = {}
    for number, measure in measures.items():
        aggregate = measure.aggregate
        if not isinstance(aggregate, ir.Aggregate):
            continue
        where = both(aggregate.where, measure.condition)
        same = (aggregate.function, aggregate.arguments, where)
        if same not in lowered:
            lowered[same] = _lowered(aggregate, where, found, rows)
        found.made[number] = lowered[same]
    return found


def _lowered(
    aggregate: ir.Aggregate, where: ir.Row | None, found: _PartsOf, rows: RowFrames
) -> _Made:
    """How an aggregate is made of parts; those that are not there yet are added to `found`."""
    meets = _meets(aggregate, where, found, rows)
    values = [rows.expression(a) for a in aggregate.arguments]
    found.needed.extend(aggregate.arguments)
    if values:
        name = found.name((aggregate.arguments[0], where), "$value")
        found.values[name] = values[0] if meets is None else pl.when(meets).then(values[0])
        values[0] = pl.col(name)
    own = parts(aggregate.function, values, [a.type for a in aggregate.arguments], meets)
    columns = {}
    for part_name, part in own.items():
        of = where if part_name == "n" else (aggregate.arguments, where)
        columns[part_name] = found.name((part_name, of), "p")
        found.columns.setdefault(columns[part_name], part)
    value = from_parts(aggregate.function, columns, of_rows=not aggregate.arguments)
    return _Made({columns[n]: together(p.together, columns[n]) for n, p in own.items()}, value)


def _meets(
    aggregate: ir.Aggregate, where: ir.Row | None, found: _PartsOf, rows: RowFrames
) -> pl.Expr | None:
    """The column that says whether a row meets the condition, if there is one; never null."""
    if where is None:
        return None
    name = found.name(where, "$meets")
    if name not in found.conditions:
        true, needed = condition(where, aggregate.source, rows)
        found.conditions[name] = true.fill_null(value=False)
        found.needed.extend(needed)
    return pl.col(name)


# Windows and members


def _rolled_up(
    found: pl.LazyFrame, scan: Scan, like: Measure, made: dict[int, _Made], rows: RowFrames
) -> pl.LazyFrame:
    """Groups put together for the windows and members of some measures."""
    columns = {name: expr for m in made.values() for name, expr in m.together.items()}
    keys = [WINDOW, *(key_name(d) for d in like.dimensions)]
    placed = in_windows(found, scan.placement, like.windows, scan.edges)
    summed = placed.group_by(keys).agg(expr.alias(name) for name, expr in columns.items())
    return summed.select(
        WINDOW,
        *members_of(like.dimensions, rows),
        *(m.value.alias(value_name(n)) for n, m in made.items()),
    )
