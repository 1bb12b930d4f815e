"""`convert(amount, currency, EUR, at day)`: amounts in mixed currencies in one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.calls import Operand, check_call
from tallybook.check.expressions import UNKNOWN
from tallybook.language import ir
from tallybook.language.types import TIMES, Type
from tallybook.language.units import measured_in
from tallybook.parse import syntax

if TYPE_CHECKING:
    from tallybook.check.rows import RowScope
    from tallybook.check.tables import Tables
    from tallybook.resolve.model import Table

_CODE = re.compile(r"[A-Z]{3}")


def converted(call: syntax.Call, scope: RowScope, table: Table, tables: Tables) -> ir.Row:
    """The amount times the rate of its day."""
    if tables.book.rates is None:
        tables.findings.add(
            rules.NO_RATES,
            "`convert` needs exchange rates, and the book has none",
            call.span,
            help="add `rates: {from: fx.csv, date: day, currency: code, to_base: rate}`",
        )
        return UNKNOWN
    at = _at(call, scope, table, tables)
    if len(call.arguments) != 3 or at is None:  # noqa: PLR2004 - amount, currency, to
        if at is not None:
            check_call("convert", [], call.span, tables.findings)
        return UNKNOWN
    values = [a.value for a in call.arguments]
    currency, to = _currency(values[1], scope), _code(values[2])
    if to is None:
        tables.findings.add(
            rules.WRONG_ARGUMENTS,
            f"expected a currency code, found `{values[2].span.text}`",
            values[2].span,
            help="three capitals: `EUR`",
        )
        return UNKNOWN
    if isinstance(values[0], syntax.Flow):
        return UNKNOWN
    amount = scope.expressions.check(values[0])
    nodes = (amount, currency, ir.Constant(to, Type.STRING))
    operands = [
        Operand(n.type, n.unit, v.span, isinstance(n, ir.Constant))
        for n, v in zip(nodes, values, strict=True)
    ]
    if check_call("convert", operands, call.span, tables.findings).type is Type.UNKNOWN:
        return UNKNOWN
    rate = ir.Rate(currency, to, at)
    return ir.RowCall("*", (amount, rate), Type.FLOAT, measured_in(to))


def _currency(value: syntax.Expr | syntax.Flow, scope: RowScope) -> ir.Row:
    """A column of codes, or one code: `USD` or `"USD"`."""
    code = _code(value)
    if code is not None:
        return ir.Constant(code, Type.STRING)
    return UNKNOWN if isinstance(value, syntax.Flow) else scope.expressions.check(value)


def _code(value: syntax.Expr | syntax.Flow) -> str | None:
    match value:
        case syntax.Name(parts=(word,)) if _CODE.fullmatch(word):
            return word
        case syntax.Constant(value=str() as word) if _CODE.fullmatch(word):
            return word
    return None


def _at(call: syntax.Call, scope: RowScope, table: Table, tables: Tables) -> ir.Row | None:
    clauses = [c for a in call.arguments for c in a.clauses]
    said = next((c for c in clauses if isinstance(c, syntax.AtClause)), None)
    wrong = next((c for c in clauses if c is not said), None)
    if wrong is not None:
        tables.findings.add(rules.WRONG_CLAUSE, "`convert` takes no clause but `at`", wrong.span)
        return None
    if said is not None:
        row = scope.name(said.column)
        if row.type in TIMES:
            return row
        if row.type is not Type.UNKNOWN:
            tables.findings.add(
                rules.WRONG_TYPE,
                f"`at` must name a date or a time, found {row.type.words}",
                said.column.span,
            )
        return None
    if table.time is not None:
        return scope.column(table.time)
    tables.findings.add(
        rules.NO_TIME,
        f"`convert` needs a day, and `{table.name}` has no `time`",
        call.span,
        help="say which: `convert(amount, currency, EUR, at paid_on)`",
    )
    return None
