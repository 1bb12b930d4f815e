"""Tables made of the rows of others: what each column is in each part, checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.model import UnionRows
from tallybook.check.sources import present, tables_of_row
from tallybook.language.types import Type, unify
from tallybook.language.units import same_kind
from tallybook.resolve import rules as names
from tallybook.resolve.references import in_dependency_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.check.model import CheckedTable
    from tallybook.check.tables import Tables
    from tallybook.language import ir
    from tallybook.resolve.model import Column, Table, UnionPart
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span


def union_rows(table: Table, tables: Tables, findings: Findings) -> tuple[UnionRows, ...]:
    """The parts of a table's union as checked row expressions."""
    return tuple(_part(part, table, tables, findings) for part in table.union)


def _part(part: UnionPart, table: Table, tables: Tables, findings: Findings) -> UnionRows:
    scope = tables.rows(part.of)
    where = None if part.where is None else scope.expressions.condition(part.where, "`where`")
    columns: dict[str, ir.Row] = {}
    for name, column in table.columns.items():
        formula, row = part.columns.get(name), None
        if formula is not None:
            row = scope.expressions.check(formula)
        elif not column.is_computed and name in tables.book.tables[part.of].columns:
            row = scope.column(name)
        span = part.span if formula is None else formula.span
        if row is not None and _fits(row, span, column, findings):
            columns[name] = row
    return UnionRows(part.of, where, columns)


def _fits(row: ir.Row, span: Span, column: Column, findings: Findings) -> bool:
    """Whether a part's values can be values of a column; a finding if not."""
    if Type.UNKNOWN in (row.type, column.type):  # a finding already
        return False
    if unify(column.type, row.type) is not column.type:
        findings.add(
            rules.WRONG_TYPE,
            f"`{column.name}` is declared as {column.type.words}, found {row.type.words}",
            span,
            help="correct the formula, or the type",
        )
    elif not same_kind(column.unit, row.unit):
        findings.add(
            rules.WRONG_UNIT,
            f"`{column.name}` is declared in `{column.unit}`, found `{row.unit}`",
            span,
            help="correct the formula, or the unit of the column",
        )
    else:
        return True
    return False


def without_circles(tables: dict[str, CheckedTable], findings: Findings) -> dict[str, CheckedTable]:
    """The tables; of those that are made of their own rows no part is left, with a finding."""
    made = {name: table for name, table in tables.items() if table.union}
    plain = {name: replace(table, union=()) for name, table in tables.items()}
    needs = {name: _tables_behind(table, plain) & made.keys() for name, table in made.items()}
    order, circles = in_dependency_order({n: tuple(sorted(found)) for n, found in needs.items()})
    for circle in circles:
        first = made[circle[0]].table
        findings.add(
            names.CYCLE,
            f"the source `{first.name}` is made of its own rows",
            first.declared.name.span,
            help="a part's formulas cannot look back at the union",
        )
    sound = set(order) if not circles else set()
    return {
        name: replace(table, union=()) if table.union and name not in sound else table
        for name, table in tables.items()
    }


def _tables_behind(table: CheckedTable, plain: Mapping[str, CheckedTable]) -> set[str]:
    """The tables that a union's parts look at; in `plain` no table is a union."""
    read: set[str] = set()
    for part in table.union:
        read.add(part.of)
        for row in (*part.columns.values(), *present(part.where)):
            read |= tables_of_row(row, plain)
    return read
