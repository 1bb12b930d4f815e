"""Which stored columns of which tables measures are computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check.sources import present, rows_of, rows_of_union
from tallybook.language import ir
from tallybook.plan.conditions import rows_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tallybook.check.model import CheckedTable
    from tallybook.plan.model import Measure

Columns = dict[str, set[str]]


def columns_read(
    measures: Iterable[Measure], tables: Mapping[str, CheckedTable]
) -> dict[str, frozenset[str]]:
    """For every table that measures read, its stored columns: those behind links included.

    What conversions, stocks and exchange rates look up beside may be missing.
    """
    found: Columns = {}
    for measure in measures:
        table = tables[measure.source]
        found.setdefault(table.name, set())
        if table.table.time is not None:
            _add_column(table.table.time, (), table, tables, found)
        shared = (measure.condition, measure.rows, measure.placement.at)
        dimensions = (table.dimensions[d] for d in measure.dimensions)
        for row in (*rows_of(measure.aggregate), *present(*shared), *dimensions):
            _add(row, tables, found)
    return {
        name: frozenset(c for c in columns if not tables[name].table.columns[c].absent)
        for name, columns in found.items()
    }


def _add(row: ir.Row, tables: Mapping[str, CheckedTable], found: Columns) -> None:
    for part in rows_in(row):
        match part:
            case ir.Column(source=source, links=links, name=name):
                _add_column(name, links, tables[source], tables, found)
            case ir.Linked(aggregate=aggregate, their_keys=keys):
                for inner in (*rows_of(aggregate), *keys):
                    _add(inner, tables, found)
            case _:
                pass


def _add_column(
    name: str,
    links: tuple[str, ...],
    table: CheckedTable,
    tables: Mapping[str, CheckedTable],
    found: Columns,
) -> None:
    columns = found.setdefault(table.name, set())
    if links:
        link = table.table.links[links[0]]
        for near in link.on:
            _add_column(near, (), table, tables, found)
        for far in link.to_key:
            _add_column(far, (), tables[link.to], tables, found)
        _add_column(name, links[1:], tables[link.to], tables, found)
    elif name in table.computed:
        _add(table.computed[name], tables, found)
    else:
        columns.add(name)
        for row in rows_of_union(table, name):
            _add(row, tables, found)
