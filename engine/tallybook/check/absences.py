"""What a book has no data for, of all that its library declares, and what depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check.sources import present, rows_of, rows_of_union, tables_read
from tallybook.language import ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tallybook.check.model import CheckedTable
    from tallybook.resolve.model import Table


def absences(cell: ir.Cell, tables: Mapping[str, CheckedTable]) -> frozenset[str]:
    """The absent sources (`spend`) and columns (`leads.mql_at`) that a cell would need."""
    found = {name for row in rows_of(cell) for name in absences_of_row(row, tables)}
    for source in tables_read(cell, tables):
        found |= set(_of_table(tables[source], tables))
    return frozenset(found)


def absences_of_union(
    column: str, checked: CheckedTable, tables: Mapping[str, CheckedTable]
) -> Iterator[str]:
    """What is absent of that which a column is in the parts of a union; of no union, nothing.

    Nobody could tell rows that are not there from rows that no part has, so each part counts.
    """
    for part in checked.union:
        yield from _of_table(tables[part.of], tables)
    for row in rows_of_union(checked, column):
        yield from absences_of_row(row, tables)


def _of_table(checked: CheckedTable, tables: Mapping[str, CheckedTable]) -> Iterator[str]:
    """The table itself, or the time that places its rows; of a union, what its parts lack."""
    table = checked.table
    if table.union:
        yield from absences_of_union(table.time or "", checked, tables)
    elif table.absent:
        yield table.name
    elif table.time is not None and table.time in table.columns:
        yield from _of_columns(table, (table.time,))


def _of_columns(table: Table, names: tuple[str, ...]) -> Iterator[str]:
    """Those of its columns that are absent; one that is unknown is told of elsewhere."""
    known = (table.columns[n] for n in names if n in table.columns)
    yield from (f"{table.name}.{column.name}" for column in known if column.absent)


def absences_of_row(row: ir.Row, tables: Mapping[str, CheckedTable]) -> set[str]:
    """The absent sources and columns that a row expression would need."""
    match row:
        case ir.Column():
            return set(_on_the_way(row, tables))
        case ir.RowCall(arguments=arguments):
            return {n for a in arguments for n in absences_of_row(a, tables)}
        case ir.Linked(aggregate=aggregate, our_keys=ours, their_keys=theirs):
            inner = (*aggregate.arguments, *present(aggregate.where, aggregate.at), *ours, *theirs)
            found = {n for r in inner for n in absences_of_row(r, tables)}
            return found | set(_of_table(tables[aggregate.source], tables))
        case ir.Rate(currency=currency, at=at):
            return absences_of_row(currency, tables) | absences_of_row(at, tables)
        case ir.Constant() | ir.DimensionValue() | ir.PeriodBound():
            return set()


def _on_the_way(column: ir.Column, tables: Mapping[str, CheckedTable]) -> Iterator[str]:
    """What is absent between a row and a column: keys of links, tables, the column itself."""
    table = tables[column.source].table
    for name in column.links:
        link = table.links[name]
        yield from _of_columns(table, link.on)
        table = tables[link.to].table
        yield from _of_columns(table, link.to_key)
        if table.absent and not table.union:
            yield table.name
            return
    computed = tables[table.name].computed.get(column.name)
    if table.union and computed is None:
        yield from absences_of_union(column.name, tables[table.name], tables)
    elif computed is None:
        yield from _of_columns(table, (column.name,))
    else:
        yield from absences_of_row(computed, tables)
