"""Reads a formula where it lies in its file: text in place in, `syntax.Expr` out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.parse import rules
from tallybook.parse.trees import recalled, remember

if TYPE_CHECKING:
    from tallybook.parse import syntax
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_MOST_NESTED = 100
_MOST_OPERATORS = 200  # each may hold what stands before it
_ASIDE = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\d{4}-\d\d-\d\d""")
_OPERATOR = re.compile(r"[-+*/^]|\b(?:and|or|not|is|case)\b")


def parse(span: Span, findings: Findings) -> syntax.Expr | None:
    """Read the formula at `span`; None, with a finding, where it does not follow the grammar."""
    if not span.text.strip():
        findings.add(rules.EMPTY, "the formula is empty", span, help="write one: `count(leads)`")
        return None
    if _is_too_long(span.text):
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


def _is_too_long(text: str) -> bool:
    """Whether a formula may be nested deeper than a program can follow."""
    if len(text) <= _MOST_OPERATORS:
        return False
    if text.count("(") > _MOST_NESTED or len(text) > 100 * _MOST_NESTED:
        return True
    return len(_OPERATOR.findall(_ASIDE.sub("", text))) > _MOST_OPERATORS
