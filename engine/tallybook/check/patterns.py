"""Regular expressions, as far as they can be judged before an engine reads them."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.language import ir

if TYPE_CHECKING:
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

# What Python's expressions have and RE2's do not: looking around, and referring back.
_NOT_RE2 = re.compile(r"\(\?(?:[=!]|<[=!]|P=)|\\[1-9]")
# What else they do not: atoms that are never tried again, conditions, other names of the end.
_NOT_RE2_EITHER = re.compile(r"\(\?(?:>|\(|[aLu]+\)|#)|\\[ZN]")
# What RE2's have and Python's do not: classes of letters by their Unicode property, `\z`.
_ONLY_RE2 = re.compile(r"\\[pP](?:\{\w+\}|\w)|\\z")


def good_pattern(node: ir.Row | ir.Cell, span: Span, findings: Findings) -> bool:
    """Whether a constant pattern can be used; a finding where it cannot."""
    if not isinstance(node, ir.Constant) or not isinstance(node.value, str):
        return True
    problem = _problem(node.value)
    if problem is None:
        return True
    findings.add(
        rules.WRONG_ARGUMENTS,
        f"the pattern of `matches` is not a regular expression: {problem}",
        span,
        help="special characters are written with a backslash: `\\[`",
    )
    return False


def _problem(pattern: str) -> str | None:
    pattern = pattern.replace(r"\\", "x")  # a backslash that is meant itself
    if _NOT_RE2.search(pattern):
        return "it cannot look around or refer back"
    if found := _NOT_RE2_EITHER.search(pattern):
        return f"`{found[0]}` has no meaning in it"
    pattern = _ONLY_RE2.sub(r"\\w", pattern)
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern)
    except re.error as error:
        return error.msg
    return None
