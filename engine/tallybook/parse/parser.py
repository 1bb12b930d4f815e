"""Reads a formula where it lies in its file: text in place in, `syntax.Expr` out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.parse import rules
from tallybook.parse.trees import recalled, remember

if TYPE_CHECKING:
    from tallybook.parse import syntax
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_MOST_NESTED = 100


def parse(span: Span, findings: Findings) -> syntax.Expr | None:
    """Read the formula at `span`; None, with a finding, where it does not follow the grammar."""
    if not span.text.strip():
        findings.add(rules.EMPTY, "the formula is empty", span, help="write one: `count(leads)`")
        return None
    if span.text.count("(") > _MOST_NESTED or len(span.text) > 100 * _MOST_NESTED:
        findings.add(
            rules.SYNTAX,
            "the formula is too long to be read by a person",
            span,
            help="split it into metrics that refer to each other",
        )
        return None
    if (known := recalled(span)) is not None:
        return known
    from tallybook.parse.lalr import read

    tree = read(span, findings)
    if tree is not None:
        remember(span, tree)
    return tree
