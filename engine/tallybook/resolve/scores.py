"""Scores as computed columns: a column for the points of each part, and one for their sum."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from tallybook.declare import model as declared
from tallybook.language.types import Type
from tallybook.language.units import measured_in
from tallybook.parse import syntax
from tallybook.parse.parser import parse
from tallybook.resolve import rules
from tallybook.resolve.model import Column
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tallybook.resolve.model import Table
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_USUAL = "leads"
_SUFFIX = "_score"


def with_scores(
    tables: Mapping[str, Table], scores: Sequence[declared.Score], findings: Findings
) -> dict[str, Table]:
    """The tables, each with the scores of its rows before the columns of those names."""
    result = dict(tables)
    for score in scores:
        said = source_of(score)
        table = result.get(said.value)
        if table is None:
            findings.add(
                rules.UNKNOWN_SOURCE,
                f"there is no source `{said}`",
                said.span,
                help=did_you_mean(
                    said.value,
                    tables,
                    otherwise=f"there is {name_list(tables)}"
                    if tables
                    else "say under `sources` where its rows are",
                ),
            )
            continue
        columns = {column.name: column for column in _columns(score, findings)}
        result[said.value] = replace(table, columns={**table.columns, **columns})
    return result


def source_of(score: declared.Score) -> declared.Text:
    """The source whose rows get points."""
    return score.of or declared.Text(_USUAL, score.name.span)


def part_column(score: declared.Score, part: declared.ScorePart) -> str:
    """The column of a part: `lead_profile_score` for the part `profile` of `lead_score`."""
    name = score.name.value
    if name.endswith(_SUFFIX):
        return f"{name.removesuffix(_SUFFIX)}_{part.name}{_SUFFIX}"
    return f"{name}_{part.name}"


def _columns(score: declared.Score, findings: Findings) -> Iterator[Column]:
    span = score.name.span
    parts: list[syntax.Expr] = []
    for part in score.parts:
        name = part_column(score, part)
        yield _column(name, _points(part, findings), part.name.span)
        parts.append(syntax.Name((name,), (part.name.span,)))
    yield _column(score.name.value, _sum(parts, span), span)


def _points(part: declared.ScorePart, findings: Findings) -> syntax.Expr:
    """`case when … then 20 else 0 end + …`, as if it were written."""
    terms = []
    for rule in part.rules:
        condition = parse(rule.when.span, findings)
        if condition is not None:
            points = syntax.Constant(rule.points, rule.when.span)
            nothing = syntax.Constant(0, rule.when.span)
            terms.append(syntax.Case(((condition, points),), nothing, rule.when.span))
    return _sum(terms, part.name.span)


def _sum(terms: Sequence[syntax.Expr], span: Span) -> syntax.Expr:
    if not terms:
        return syntax.Constant(0, span)
    return reduce(lambda left, right: syntax.Binary("+", left, right, span, span), terms)


def _column(name: str, formula: syntax.Expr, span: Span) -> Column:
    said = declared.Column(declared.Text(name, span))
    return Column(name, Type.UNKNOWN, measured_in("score"), None, said, formula)
