"""Which sources a metric reads, and which dimensions they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.language import ir
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.resolve.model import Book


def sources_of(cell: ir.Cell) -> frozenset[str]:
    """The sources whose rows a cell aggregates."""
    return frozenset(_sources(cell))


def parts_of(cell: ir.Cell) -> tuple[ir.Cell, ...]:
    """The cells directly inside one."""
    match cell:
        case ir.CellCall(arguments=arguments):
            return arguments
        case (
            ir.MetricValue(body=body)
            | ir.Filtered(body=body)
            | ir.Prior(body=body)
            | ir.Growth(body=body)
            | ir.Trailing(body=body)
            | ir.ToDate(body=body)
            | ir.Cumulative(body=body)
            | ir.Total(body=body)
        ):
            return (body,)
        case ir.Constant() | ir.Aggregate() | ir.PerKey() | ir.Conversion() | ir.Retention():
            return ()


def _sources(cell: ir.Cell) -> Iterator[str]:
    match cell:
        case ir.Aggregate(source=source) | ir.PerKey(source=source) | ir.Retention(source=source):
            yield source
        case ir.Conversion(base=base):
            yield base
        case _:
            for part in parts_of(cell):
                yield from _sources(part)


def broken_down(cell: ir.Cell, dimensions: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(source, dimension) for every aggregate that a breakdown by `dimensions` reaches."""
    match cell:
        case ir.Total(over=None):
            return
        case ir.Total(body=body, over=tuple() as over):
            yield from broken_down(body, tuple(d for d in dimensions if d not in over))
        case ir.Aggregate() | ir.PerKey() | ir.Retention() | ir.Conversion():
            for source in _sources(cell):
                yield from ((source, dimension) for dimension in dimensions)
        case _:
            for part in parts_of(cell):
                yield from broken_down(part, dimensions)


def dimensions_missing(
    cell: ir.Cell, dimensions: tuple[str, ...], book: Book
) -> Iterator[tuple[str, str]]:
    """(source, advice) for every source that lacks one of the dimensions."""
    for source in sorted(sources_of(cell)):
        offered = book.tables[source].dimensions
        for dimension in dimensions:
            if dimension not in offered:
                yield source, lacking_advice(source, dimension, book)


def lacking_advice(source: str, dimension: str, book: Book) -> str:
    """What to do where a source lacks a dimension."""
    offered = book.tables[source].dimensions
    if not offered:
        return f"`{source}` offers no dimensions; list some under `dimensions`"
    return did_you_mean(dimension, offered, otherwise=f"it has {name_list(offered)}") or ""


def needs_period(cell: ir.Cell) -> bool:
    """Whether a cell looks at other periods, and so has no meaning without one."""
    match cell:
        case ir.Prior() | ir.Growth() | ir.Trailing() | ir.ToDate() | ir.Retention():
            return True
        case _:
            return any(needs_period(part) for part in parts_of(cell))
