"""One grouping of a source's rows for many measures, rolled up to the windows of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.aggregates import Part, from_parts, parts, together
from tallybook.compute.placing import in_slots, in_windows, placed_by, slot_names
from tallybook.compute.rows import WINDOW
from tallybook.language import ir
from tallybook.plan.conditions import both

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.compute.rows import RowFrames
    from tallybook.plan.model import Measure, Plan, Scan


@dataclass(frozen=True)
class Grouped:
    """A frame of one row per window and members, with a column per measure (`m7`)."""

    frame: pl.LazyFrame
    dimensions: tuple[str, ...]
    measures: tuple[int, ...]


def value_name(number: int) -> str:
    """The column of a measure's values."""
    return f"m{number}"


def lower_scan(scan: Scan, plan: Plan, rows: RowFrames) -> list[Grouped]:
    """The scan's measures, each group of them on its own windows and members."""
    measures = {n: plan.measures[n] for n in scan.measures}
    partial, made_of = _partial(scan, measures, rows)
    return [
        Grouped(
            _rolled_up(partial, scan, measures[numbers[0]], made_of, numbers, measures),
            measures[numbers[0]].dimensions,
            tuple(numbers),
        )
        for numbers in _alike(measures)
    ]


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


def _partial(
    scan: Scan, measures: dict[int, Measure], rows: RowFrames
) -> tuple[pl.LazyFrame, dict[int, dict[str, tuple[str, Part]]]]:
    """Partial results per slot and members, and which columns each measure is made of."""
    dimensions = dimension_columns(scan.source, scan.dimensions, rows)
    needed = [*(row for _, row in dimensions), *placed_by(scan.placement, rows, scan.source)]
    if scan.rows is not None:
        needed.append(scan.rows)
    for measure in measures.values():
        needed.extend(_inputs(measure))
    frame = rows.rows(scan.source, needed)
    if scan.rows is not None:
        frame = frame.filter(rows.expression(scan.rows))
    frame = in_slots(frame, scan.placement, scan.edges, rows, scan.source)
    made_of, columns = _parts_of(measures, rows)
    slots = slot_names(scan.placement)
    keys = [*slots, *(rows.expression(row).alias(_key(name)) for name, row in dimensions)]
    grouped = frame.group_by(keys).agg(part.over_rows.alias(n) for n, part in columns.items())
    return grouped, made_of


def _key(dimension: str) -> str:
    """The column of a dimension in grouped frames; never that of a part or a measure."""
    return f"by.{dimension}"


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


def _rolled_up(
    partial: pl.LazyFrame,
    scan: Scan,
    like: Measure,
    made_of: dict[int, dict[str, tuple[str, Part]]],
    numbers: list[int],
    measures: dict[int, Measure],
) -> pl.LazyFrame:
    """Partial results put together for the windows and members of some measures."""
    used = {column: part for n in numbers for column, part in made_of[n].values()}
    keys = [WINDOW, *(_key(d) for d in like.dimensions)]
    placed = in_windows(partial, scan.placement, like.windows, scan.edges)
    summed = placed.group_by(keys).agg(together(p.together, c).alias(c) for c, p in used.items())
    return summed.select(
        WINDOW,
        *(pl.col(_key(d)).alias(d) for d in like.dimensions),
        *(
            _value(n, measures[n], {name: c for name, (c, _) in made_of[n].items()})
            for n in numbers
        ),
    )


def _value(number: int, measure: Measure, columns: dict[str, str]) -> pl.Expr:
    aggregate = measure.aggregate
    if not isinstance(aggregate, ir.Aggregate):
        raise TypeError(aggregate)
    value = from_parts(aggregate.function, columns, of_rows=not aggregate.arguments)
    return value.alias(value_name(number))
