"""Which sources a metric reads, and which dimensions they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.language import ir
from tallybook.parse import syntax
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tallybook.check.model import CheckedTable
    from tallybook.resolve.model import Book


def sources_of(cell: ir.Cell) -> frozenset[str]:
    """The sources whose rows a cell aggregates."""
    return frozenset(_sources(cell))


def tables_read(cell: ir.Cell, tables: Mapping[str, CheckedTable]) -> frozenset[str]:
    """Every table that a cell's value depends on, those reached through links included."""
    found: set[str] = set(sources_of(cell)) | set(_looked_up(cell))
    for source in tuple(found):
        found |= {t for row in rows_of_union(tables[source]) for t in tables_of_row(row, tables)}
        found |= {part.of for part in tables[source].union}
    for row in rows_of(cell):
        found |= tables_of_row(row, tables)
    return frozenset(found)


def rows_of_union(table: CheckedTable, column: str | None = None) -> Iterator[ir.Row]:
    """What a union's rows and a column of it, else its time, are made of; of no union, nothing."""
    for part in table.union:
        yield from present(part.columns.get(column or table.table.time or ""), part.where)


def _looked_up(cell: ir.Cell) -> Iterator[str]:
    if isinstance(cell, ir.Conversion):
        yield cell.other
    for part in parts_of(cell):
        yield from _looked_up(part)


def rows_of(cell: ir.Cell) -> Iterator[ir.Row]:
    """The row expressions directly in a cell and in the cells it is made of."""
    match cell:
        case ir.Aggregate():
            yield from (*cell.arguments, *present(cell.where, cell.at))
        case ir.PerKey():
            yield from (*cell.keys, *present(cell.where, cell.at))
            for inner in cell.inner:
                yield from rows_of(inner)
        case ir.Conversion():
            yield from (cell.base_key, cell.other_key, *present(cell.base_where, cell.other_where))
        case ir.Retention():
            yield from (cell.key, *present(cell.where))
        case _:
            for part in parts_of(cell):
                yield from rows_of(part)


def tables_of_row(row: ir.Row, tables: Mapping[str, CheckedTable]) -> set[str]:
    """The tables that a row expression reads, its own included."""
    match row:
        case ir.Column(source=source, links=links, name=name):
            found, table = {source}, tables[source].table
            for link in links:
                table = tables[table.links[link].to].table
                found.add(table.name)
            computed = tables[table.name].computed.get(name)
            found |= {part.of for part in tables[table.name].union}
            for made in (*present(computed), *rows_of_union(tables[table.name], name)):
                found |= tables_of_row(made, tables)
            return found
        case ir.RowCall(arguments=arguments):
            return {t for a in arguments for t in tables_of_row(a, tables)}
        case ir.Linked(aggregate=aggregate, our_keys=ours, their_keys=theirs):
            inner = (*aggregate.arguments, *present(aggregate.where, aggregate.at), *ours, *theirs)
            return {aggregate.source, *(t for r in inner for t in tables_of_row(r, tables))}
        case ir.Rate(currency=currency, at=at):
            return tables_of_row(currency, tables) | tables_of_row(at, tables)
        case ir.Constant() | ir.DimensionValue() | ir.PeriodBound():
            return set()


def columns_read(cell: ir.Cell, tables: Mapping[str, CheckedTable]) -> frozenset[tuple[str, str]]:
    """(table, column) for every column that a cell reads, and those that computed ones read."""
    found: set[tuple[str, str]] = set()
    for source in sources_of(cell):
        for row in rows_of_union(tables[source]):
            _read_columns(row, tables, found)
    for row in rows_of(cell):
        _read_columns(row, tables, found)
    return frozenset(found)


def columns_of_row(row: ir.Row, tables: Mapping[str, CheckedTable]) -> frozenset[tuple[str, str]]:
    """(table, column) for every column that a row expression reads."""
    found: set[tuple[str, str]] = set()
    _read_columns(row, tables, found)
    return frozenset(found)


def _read_columns(
    row: ir.Row, tables: Mapping[str, CheckedTable], found: set[tuple[str, str]]
) -> None:
    match row:
        case ir.Column(source=source, links=links, name=name):
            for link in links:
                source = tables[source].table.links[link].to
            if (source, name) not in found:
                found.add((source, name))
                if (computed := tables[source].computed.get(name)) is not None:
                    _read_columns(computed, tables, found)
                for united in rows_of_union(tables[source], name):
                    _read_columns(united, tables, found)
        case ir.RowCall(arguments=arguments):
            for argument in arguments:
                _read_columns(argument, tables, found)
        case ir.Linked(aggregate=aggregate, our_keys=ours, their_keys=theirs):
            inner = (*aggregate.arguments, *present(aggregate.where, aggregate.at), *ours, *theirs)
            for argument in inner:
                _read_columns(argument, tables, found)
        case ir.Rate(currency=currency, at=at):
            _read_columns(currency, tables, found)
            _read_columns(at, tables, found)
        case ir.Constant() | ir.DimensionValue() | ir.PeriodBound():
            pass


def present(*rows: ir.Row | None) -> tuple[ir.Row, ...]:
    """Those of the expressions that are there."""
    return tuple(row for row in rows if row is not None)


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
        case (
            ir.Constant()
            | ir.Aggregate()
            | ir.PerKey()
            | ir.Conversion()
            | ir.Retention()
            | ir.Elapsed()
        ):
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
    if dimension in offered:  # a library's, and the book's data has no column for it
        of = offered[dimension].of
        if isinstance(of, syntax.Name) and len(of.parts) == 1:
            return f"the data of `{source}` has no column for it; {from_advice(source, *of.parts)}"
        return f"the data of `{source}` lacks what `{dimension}` is made of"
    if not offered:
        return f"`{source}` offers no dimensions; list some under `dimensions`"
    return did_you_mean(dimension, offered, otherwise=f"it has {name_list(offered)}") or ""


def from_advice(source: str, column: str) -> str:
    """How to say which column of a file is one that a library has under its own name."""
    return f"name one: `sources: {{{source}: {{columns: {{{column}: {{from: …}}}}}}}}`"


def untimed(cell: ir.Cell, book: Book) -> frozenset[str]:
    """The sources of a cell's aggregates that nothing places in time."""
    match cell:
        case ir.Aggregate(stock=None, at=None, source=source):
            return frozenset() if book.tables[source].time else frozenset({source})
        case ir.PerKey(stock=None, at=None, source=source, inner=inner):
            placed = any(isinstance(a, ir.Aggregate) and a.at is not None for a in inner)
            return frozenset() if placed or book.tables[source].time else frozenset({source})
        case _:
            return frozenset(s for part in parts_of(cell) for s in untimed(part, book))


def needs_period(cell: ir.Cell) -> bool:
    """Whether a cell looks at an earlier period, and so has no meaning without one."""
    match cell:
        case ir.Prior() | ir.Growth() | ir.Retention():
            return True
        case _:
            return any(needs_period(part) for part in parts_of(cell))
