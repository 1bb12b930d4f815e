"""Measures that cannot be put together from parts: computed from the rows of each window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.clocks import instant_of
from tallybook.compute.aggregates import (
    grouped_value,
    order_columns,
    whole,
)
from tallybook.compute.cell import aggregates_in, cell_of, value_over_rows
from tallybook.compute.dtypes import INT64
from tallybook.compute.placing import around_all, placed_in_windows, rows_to_place
from tallybook.compute.rows import WINDOW, WINDOW_END, WINDOW_START
from tallybook.compute.scan import Grouped, dimension_columns, key_name, members_of, value_name
from tallybook.language import ir
from tallybook.plan.conditions import is_windowed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tallybook.calendar.model import Window
    from tallybook.compute.rows import RowFrames
    from tallybook.plan.model import Branch, Measure, Placement, Plan


def lower_branch(branch: Branch, plan: Plan, rows: RowFrames) -> list[Grouped]:
    """The branch's measures, one row per window and members that any row of a measure is in.

    Measures whose rows differ stay apart: where one has none, the other says nothing about it.
    """
    measures = {n: plan.measures[n] for n in branch.measures}
    simple = {n: m.aggregate for n, m in measures.items() if isinstance(m.aggregate, ir.Aggregate)}
    found: dict[tuple[int, ...], pl.LazyFrame] = {}
    if simple:
        found[tuple(simple)] = _aggregated(branch, simple, rows)
    for number, measure in measures.items():
        match measure.aggregate:
            case ir.PerKey() as per:
                found[number,] = _per_key(branch, number, per, rows)
            case ir.Conversion() as conversion:
                found[number,] = _converted(branch, number, conversion, rows)
            case ir.Retention() as retention:
                found[number,] = _retained(branch, number, retention, measure, rows)
            case ir.Aggregate():
                pass
    return [Grouped(frame, branch.dimensions, numbers) for numbers, frame in found.items()]


# Rows in their windows


def rows_in_windows(
    branch: Branch, needed: Sequence[ir.Row], rows: RowFrames, placement: Placement
) -> pl.LazyFrame:
    """The rows of a branch, once per window they are in, with its members as columns.

    Conditions that depend on the window are applied once the row is in one.
    """
    dimensions = dimension_columns(branch.source, branch.dimensions, rows)
    conditions = [c for c in (branch.rows, branch.where) if c is not None]
    wanted = [
        *needed,
        *(row for _, row in dimensions),
        *conditions,
    ]
    frame = rows_to_place(branch.source, wanted, placement, around_all(branch.windows), rows)
    before = [c for c in conditions if not is_windowed(c)]
    after = [c for c in conditions if is_windowed(c)]
    if placement.kind == "stock":  # the last row per key is taken first, then filtered
        before, after = [], conditions
    for condition in before:
        frame = frame.filter(rows.expression(condition))
    frame = placed_in_windows(frame, placement, branch.windows, rows, branch.source)
    windowed = [row for row in wanted if is_windowed(row)]
    if windowed:
        frame = _with_bounds(frame, branch.windows, rows)
        frame = rows.with_windowed_links(frame, windowed, bounds(branch.windows, rows))
    for condition in after:
        frame = frame.filter(rows.expression(condition))
    return frame.with_columns(
        rows.expression(row).alias(key_name(name)) for name, row in dimensions
    )


def bounds(windows: Sequence[Window], rows: RowFrames) -> pl.LazyFrame:
    """The windows by number with their bounds as instants."""

    def instant(edge: dt.datetime | None) -> dt.datetime | None:
        return instant_of(edge, rows.clock.zone) if edge is not None else None

    return pl.LazyFrame(
        {
            WINDOW: range(len(windows)),
            WINDOW_START: [instant(w.start) for w in windows],
            WINDOW_END: [instant(w.end) for w in windows],
        },
        schema={
            WINDOW: pl.Int32,
            WINDOW_START: pl.Datetime("us"),
            WINDOW_END: pl.Datetime("us"),
        },
    )


def _with_bounds(frame: pl.LazyFrame, windows: Sequence[Window], rows: RowFrames) -> pl.LazyFrame:
    return frame.join(bounds(windows, rows), on=WINDOW, how="left")


# Aggregates


def _aggregated(
    branch: Branch, aggregates: dict[int, ir.Aggregate], rows: RowFrames
) -> pl.LazyFrame:
    needed: list[ir.Row] = []
    for aggregate in aggregates.values():
        needed.extend((*aggregate.arguments, *order_columns(rows, aggregate)))
    frame = rows_in_windows(branch, needed, rows, branch.placement)
    grouped = frame.group_by([WINDOW, *(key_name(d) for d in branch.dimensions)]).agg(
        grouped_value(rows, a).alias(value_name(n)) for n, a in aggregates.items()
    )
    return grouped.select(
        WINDOW, *members_of(branch.dimensions, rows), *(value_name(n) for n in aggregates)
    )


def _per_key(branch: Branch, number: int, per: ir.PerKey, rows: RowFrames) -> pl.LazyFrame:
    """First per key inside window and members, then over the keys. A null key is no key."""
    inner = list(dict.fromkeys(a for cell in per.inner for a in aggregates_in(cell)))
    needed: list[ir.Row] = list(per.keys)
    for aggregate in inner:
        conditions = [c for c in (aggregate.where,) if c is not None]
        needed.extend((*aggregate.arguments, *conditions, *order_columns(rows, aggregate)))
    frame = rows_in_windows(branch, needed, rows, branch.placement)
    names = [f"$per{i}" for i in range(len(per.keys))]
    frame = frame.with_columns(
        rows.expression(k).alias(n) for k, n in zip(per.keys, names, strict=True)
    ).drop_nulls(names)
    members = [key_name(d) for d in branch.dimensions]
    columns = {aggregate: f"$inner{i}" for i, aggregate in enumerate(inner)}
    first = frame.group_by([WINDOW, *members, *names]).agg(
        value_over_rows(a, rows).alias(n) for a, n in columns.items()
    )
    operands = [cell_of(cell, lambda a: pl.col(columns[a]), rows).firm for cell in per.inner]
    second = whole(
        per.function,
        [o.expr for o in operands],
        [o.type for o in operands],
        [o.value for o in operands],
        [],
    )
    grouped = first.group_by([WINDOW, *members]).agg(second.alias(value_name(number)))
    return grouped.select(WINDOW, *members_of(branch.dimensions, rows), value_name(number))


# Populations followed in time


def _converted(
    branch: Branch, number: int, conversion: ir.Conversion, rows: RowFrames
) -> pl.LazyFrame:
    """Base rows in their windows, counted where the next event of their key is near enough."""
    from tallybook.compute.conversion import converted_rows

    frame = converted_rows(branch, conversion, rows, rows_in_windows)
    grouped = frame.group_by([WINDOW, *(key_name(d) for d in branch.dimensions)]).agg(
        pl.col("$converted").sum().cast(INT64).alias(value_name(number))
    )
    return grouped.select(WINDOW, *members_of(branch.dimensions, rows), value_name(number))


def _retained(
    branch: Branch,
    number: int,
    retention: ir.Retention,
    measure: Measure,
    rows: RowFrames,
) -> pl.LazyFrame:
    """Keys seen in the earlier windows that are seen in these too, in the same members."""
    from dataclasses import replace

    members = [key_name(d) for d in branch.dimensions]

    def seen(windows: tuple[Window, ...]) -> pl.LazyFrame:
        frame = rows_in_windows(
            replace(branch, windows=windows), [retention.key], rows, branch.placement
        )
        key = rows.expression(retention.key).alias("$key")
        return frame.select(WINDOW, *members, key).drop_nulls("$key").unique()

    both = seen(measure.earlier).join(
        seen(measure.windows), on=[WINDOW, *members, "$key"], how="semi", nulls_equal=True
    )
    grouped = both.group_by([WINDOW, *members]).agg(pl.len().cast(INT64).alias(value_name(number)))
    return grouped.select(WINDOW, *members_of(branch.dimensions, rows), value_name(number))
