"""Comparisons with `null`, which no row ever meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.parse import syntax

if TYPE_CHECKING:
    from tallybook.text.diagnostic import Findings

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def check_nulls(expr: syntax.Binary | syntax.In, findings: Findings) -> None:
    """Tell of `x = null` and the like, and of a `null` among what `in` lists."""
    match expr:
        case syntax.In(operand=operand, items=items) if any(map(_is_null, items)):
            message = f"the `null` in `{expr.span.text}` is never met"
            help_ = f"leave it out, and ask for `{operand.span.text} is null` beside it"
        case syntax.Binary(operator=operator, left=left, right=right) if (
            operator in _COMPARISONS and (_is_null(left) or _is_null(right))
        ):
            message = f"`{expr.span.text}` is never true, not even where there is no value"
            value = right if _is_null(left) else left
            help_ = f"write `{value.span.text} is{' not' * (operator == '!=')} null`"
        case _:
            return
    findings.add(rules.NULL_COMPARED, message, expr.span, help=help_)


def _is_null(expr: syntax.Expr) -> bool:
    return isinstance(expr, syntax.Constant) and expr.value is None
