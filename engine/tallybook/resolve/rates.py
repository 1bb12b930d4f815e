"""The book's exchange rates as a source of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.declare import model as declared
from tallybook.language.types import NUMBERS, TEXTS, TIMES, Type, expected
from tallybook.resolve import rules
from tallybook.resolve.model import Rates
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.resolve.model import Table
    from tallybook.text.diagnostic import Findings

_NAME = "rates"


def with_rates(declarations: declared.Declarations) -> tuple[declared.Source, ...]:
    """The sources, with one for the rates where the book names a file for them."""
    said, sources = declarations.settings.rates, declarations.sources
    if said is None or any(s.name.value == _table_of(said) for s in sources):
        return sources
    name = declared.Text(_NAME, (said.from_ or said.currency).span)
    own = next((s for s in sources if s.name.value == _NAME), None)
    paths = (said.from_,) if said.from_ else ()
    if own is not None:
        placed = own if own.paths else replace(own, paths=paths)
        return tuple(placed if s is own else s for s in sources)
    columns = [
        declared.Column(said.currency, declared.ColumnType("string")),
        declared.Column(said.to_base, declared.ColumnType("float")),
    ]
    if said.date is not None:
        columns.append(declared.Column(said.date, declared.ColumnType("date")))
    return (*sources, declared.Source(name, paths=paths, columns=tuple(columns)))


def _table_of(said: declared.Rates) -> str:
    return said.from_.value if said.from_ else _NAME


def rates(
    settings: declared.Settings, tables: Mapping[str, Table], findings: Findings
) -> Rates | None:
    """The rates with their columns known; None, with findings, where one is not there."""
    said = settings.rates
    if said is None:
        return None
    table = tables[_table_of(said) if _table_of(said) in tables else _NAME]
    good = [
        said.date is None or _has(table, said.date, TIMES, findings),
        _has(table, said.currency, TEXTS, findings),
        _has(table, said.to_base, NUMBERS, findings),
    ]
    if not all(good):
        return None
    date = said.date.value if said.date else None
    return Rates(table.name, date, said.currency.value, said.to_base.value)


def _has(table: Table, column: declared.Text, types: frozenset[Type], findings: Findings) -> bool:
    found = table.columns.get(column.value)
    if found is None:
        findings.add(
            rules.UNKNOWN_COLUMN,
            f"`{table.name}` has no column `{column.value}`",
            column.span,
            help=did_you_mean(
                column.value, table.columns, otherwise=f"it has {name_list(table.columns)}"
            ),
        )
        return False
    if found.type in types or found.type is Type.UNKNOWN:
        return True
    findings.add(
        rules.WRONG_TIME if types is TIMES else rules.UNKNOWN_COLUMN,
        f"`{table.name}.{column.value}` must be {expected(types)}, found {found.type.words}",
        column.span,
    )
    return False
