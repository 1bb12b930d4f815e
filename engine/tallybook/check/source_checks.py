"""What a source says must hold of its rows, checked as formulas and ready to be asked of data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.language.types import NUMBERS, Type
from tallybook.parse.parser import parse
from tallybook.resolve import rules as names
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.check.tables import Tables
    from tallybook.declare import model as declared
    from tallybook.resolve.model import Table
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span


@dataclass(frozen=True, slots=True)
class MustHold:
    """A condition that no row may break; unknown is not broken."""

    text: str
    condition: ir.Row
    span: Span


@dataclass(frozen=True, slots=True)
class MustBeUnique:
    """Columns whose values together may occur once; rows without one of them do not count."""

    columns: tuple[ir.Column, ...]
    span: Span


SourceCheck = MustHold | MustBeUnique


def source_checks(table: Table, tables: Tables, findings: Findings) -> tuple[SourceCheck, ...]:
    """The checks of a source; those that mean nothing are findings and left out."""
    found: list[SourceCheck] = []
    if table.declared.key and all(k in table.columns for k in table.key):
        scope = tables.rows(table.name)
        keys = tuple(scope.column(k) for k in table.key)
        found.append(MustBeUnique(keys, table.declared.key[0].span))
    for check in table.declared.checks:
        found.extend(_checks(check, table, tables, findings))
    return tuple(found)


def _checks(
    check: declared.Check, table: Table, tables: Tables, findings: Findings
) -> Iterator[SourceCheck]:
    scope = tables.rows(table.name)
    columns = [c for c in check.columns if _known(c, table, findings)]
    match check.kind:
        case "unique" if len(columns) == len(check.columns):
            row = tuple(scope.column(c.value) for c in columns)
            yield MustBeUnique(row, columns[0].span)
        case "not_null":
            for column in columns:
                missing = _call("is_null", scope.column(column.value))
                yield MustHold(f"{column} is not null", _call("not", missing), column.span)
        case "accepted":
            for column in columns:
                yield _accepted(column, scope.column(column.value), check.values)
        case "condition" if check.condition is not None:
            expr = parse(check.condition.span, findings)
            if expr is not None:
                condition = scope.expressions.condition(expr, "a check")
                if condition.type is not Type.UNKNOWN:
                    yield MustHold(check.condition.text.strip(), condition, check.condition.span)
        case _:
            pass


def _accepted(column: declared.Text, row: ir.Column, values: tuple[str, ...]) -> MustHold:
    """A column's values among those listed, read as the column's type."""
    listed = [_constant(v, row.type) for v in values]
    return MustHold(f"{column} is one of the values listed", _call("in", row, *listed), column.span)


def _constant(value: str, kind: Type) -> ir.Constant:
    if kind in NUMBERS:
        number = float(value) if re.fullmatch(r"-?\d+(?:\.\d+)?", value) else None
        return ir.Constant(number, Type.FLOAT)
    if kind is Type.BOOLEAN:
        return ir.Constant(value.lower() == "true", kind)
    return ir.Constant(value, Type.STRING)


def _call(function: str, *arguments: ir.Row) -> ir.Row:
    return ir.RowCall(function, arguments, Type.BOOLEAN)


def _known(column: declared.Text, table: Table, findings: Findings) -> bool:
    if column.value in table.columns or table.unread:
        return column.value in table.columns
    findings.add(
        names.UNKNOWN_COLUMN,
        f"`{table.name}` has no column `{column}`",
        column.span,
        help=did_you_mean(
            column.value, table.columns, otherwise=f"it has {name_list(table.columns)}"
        ),
    )
    return False
