"""Sources made of the rows of others, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.parse.parser import parse
from tallybook.resolve import rules
from tallybook.resolve.model import UnionPart
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tallybook.declare import model as declared
    from tallybook.parse.syntax import Expr
    from tallybook.resolve.model import Table
    from tallybook.text.diagnostic import Findings


def union_parts(
    source: declared.Source,
    sources: Collection[str],
    made_of: Mapping[str, Table],
    findings: Findings,
) -> tuple[UnionPart, ...]:
    """The parts of a source's union; those that mean nothing are findings and left out."""
    if not source.union:
        return ()
    _check_source(source, findings)
    for part in source.union:
        if part.of.value in made_of:
            _check_time(part, source, made_of[part.of.value], findings)
    return tuple(_parts(source, sources, findings))


def _check_source(source: declared.Source, findings: Findings) -> None:
    """A finding for a union beside a file, and for each column that nothing gives a type."""
    if source.paths or source.sql is not None:
        findings.add(
            rules.WRONG_UNION,
            f"`{source.name}` has a `union`, and `{'path' if source.paths else 'sql'}` as well",
            source.name.span,
            help="a source is of one make: keep one of them",
        )
    for column in source.columns:
        if column.type is None and column.formula is None:
            findings.add(
                rules.WRONG_UNION,
                f"`{source.name}.{column.name}` has no type, and no file to take it from",
                column.name.span,
                help=f"say which: `{column.name}: string`",
            )


def _parts(
    source: declared.Source, sources: Collection[str], findings: Findings
) -> Iterator[UnionPart]:
    for part in source.union:
        if part.of.value not in sources:
            findings.add(
                rules.UNKNOWN_SOURCE,
                f"there is no source `{part.of}`",
                part.of.span,
                help=did_you_mean(part.of.value, sources),
            )
            continue
        where = parse(part.where.span, findings) if part.where is not None else None
        if part.where is None or where is not None:
            yield UnionPart(part.of.value, part.of.span, where, _columns(part, source, findings))


def _check_time(
    part: declared.UnionPart, source: declared.Source, of: Table, findings: Findings
) -> None:
    """A finding where nothing gives the rows of a part their time: no period would hold them."""
    time = source.time.value if source.time else None
    filled = {c.name.value for c in part.columns}
    computed = {c.name.value for c in source.columns if c.formula is not None}
    misspelt = not filled <= {c.name.value for c in source.columns}
    if time is None or of.unread or misspelt or time in filled | computed | set(of.columns):
        return
    findings.add(
        rules.WRONG_UNION,
        f"the rows of `{part.of}` have no `{time}`, by which `{source.name}` places them",
        part.of.span,
        help=f"say what it is in them: `columns: {{{time}: …}}`",
    )


def _columns(
    part: declared.UnionPart, source: declared.Source, findings: Findings
) -> Mapping[str, Expr]:
    given = {c.name.value for c in source.columns if c.formula is None}
    columns = {}
    for column in part.columns:
        formula = parse(column.formula.span, findings)
        if column.name.value not in given:
            findings.add(
                rules.UNKNOWN_COLUMN,
                f"`{source.name}` declares no column `{column.name}` to fill",
                column.name.span,
                help=did_you_mean(
                    column.name.value,
                    given,
                    otherwise=f"it declares {name_list(given)}"
                    if given
                    else f"declare it: `columns: {{{column.name}: string}}`",
                ),
            )
        elif formula is not None:
            columns[column.name.value] = formula
    return columns
