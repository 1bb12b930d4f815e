"""Dimensions made of another dimension's members, and conditions with a name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.declare import model as declared
from tallybook.parse import syntax
from tallybook.parse.parser import parse
from tallybook.resolve import rules
from tallybook.resolve.model import Dimension
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.resolve.model import Table
    from tallybook.text.diagnostic import Findings


def with_groups(
    tables: Mapping[str, Table], groups: tuple[declared.Group, ...], findings: Findings
) -> dict[str, Table]:
    """The tables, each with the groups of the dimensions that it offers."""
    result = dict(tables)
    for group in groups:
        of = group.of.value
        offering = [t for t in result.values() if of in t.dimensions]
        if not offering:
            known = {d for t in tables.values() for d in t.dimensions}
            findings.add(
                rules.UNKNOWN_DIMENSION,
                f"there is no dimension `{of}` to group",
                group.of.span,
                help=did_you_mean(of, known, otherwise=f"there is {name_list(known)}"),
            )
        for table in offering:
            if group.name.value not in table.dimensions:
                dimensions = {**table.dimensions, group.name.value: _dimension(group)}
                result[table.name] = replace(table, dimensions=dimensions)
    return result


def _dimension(group: declared.Group) -> Dimension:
    """`case when channel in (…) then "paid" … else channel end`, as if it were written."""
    span = group.of.span
    of = syntax.Name((group.of.value,), (span,))
    branches = tuple(
        (
            syntax.In(of, tuple(syntax.Constant(m, span) for m in members), span),
            syntax.Constant(name.value, span),
        )
        for name, members in group.members
    )
    formula = syntax.Case(branches, of, span) if branches else of
    said = declared.Dimension(group.name, label=group.label, labels=group.labels)
    return Dimension(group.name.value, said, formula)


def scopes(declarations: declared.Declarations, findings: Findings) -> dict[str, syntax.Expr]:
    """The named conditions, parsed."""
    found = {}
    for scope in declarations.scopes:
        condition = parse(scope.condition.span, findings)
        if condition is not None:
            found[scope.name.value] = condition
    return found
