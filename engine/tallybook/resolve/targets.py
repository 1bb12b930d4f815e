"""The table of targets: a source of its own, with columns of fixed names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.declare import model as declared
from tallybook.language.types import NUMBERS, TEXTS, TIMES, Type, expected
from tallybook.resolve import rules
from tallybook.text.diagnostic import name_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.resolve.model import Table
    from tallybook.text.diagnostic import Findings

TARGETS = "targets"
_COLUMNS: Mapping[str, tuple[declared.ColumnKind, frozenset[Type]]] = {
    "metric_id": ("string", TEXTS),
    "kind": ("string", TEXTS),
    "starts_on": ("date", TIMES),
    "ends_on": ("date", TIMES),
    "dimension": ("string", TEXTS),
    "dimension_value": ("string", TEXTS),
    "value": ("float", NUMBERS),
}


def with_targets(
    settings: declared.Settings, sources: tuple[declared.Source, ...]
) -> tuple[declared.Source, ...]:
    """The sources, with one for the targets where the book names a file for them."""
    said = settings.targets
    if said is None:
        return sources
    own = next((s for s in sources if s.name.value == TARGETS), None)
    if own is not None:
        placed = own if own.paths else replace(own, paths=(said.from_,))
        return tuple(placed if s is own else s for s in sources)
    columns = tuple(
        declared.Column(declared.Text(name, said.from_.span), declared.ColumnType(kind))
        for name, (kind, _) in _COLUMNS.items()
    )
    name = declared.Text(TARGETS, said.from_.span)
    return (*sources, declared.Source(name, paths=(said.from_,), columns=columns))


def check_targets(
    declarations: declared.Declarations, tables: Mapping[str, Table], findings: Findings
) -> None:
    """Where a metric is held to the table of targets, it must be there and have its columns."""
    held = [m.target for m in declarations.metrics if m.target is not None and m.target.table]
    place = next((t.span for t in held), None)
    if place is None:
        return
    table = tables.get(TARGETS)
    if table is None:
        findings.add(
            rules.NO_TARGETS,
            "the book has no table of targets",
            place,
            help="say where it is: `targets: {from: targets.csv}`",
        )
        return
    for name, (_, types) in _COLUMNS.items() if not table.absent else ():
        column = table.columns.get(name)
        if column is None:
            findings.add(
                rules.NO_TARGETS,
                f"`{TARGETS}` has no column `{name}`",
                table.declared.name.span,
                help=f"its columns are {name_list(_COLUMNS)}",
            )
        elif column.type not in types and column.type is not Type.UNKNOWN:
            findings.add(
                rules.NO_TARGETS,
                f"`{TARGETS}.{name}` must be {expected(types)}, found {column.type.words}",
                table.declared.name.span,
            )
