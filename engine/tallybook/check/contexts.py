"""Context functions: the same metric in another period or population."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from tallybook.check import rules
from tallybook.check.expressions import UNKNOWN
from tallybook.declare.model import Grain
from tallybook.language import ir
from tallybook.language.types import NUMBERS, Type, unify
from tallybook.language.units import COUNTED, RATIO
from tallybook.parse import syntax
from tallybook.resolve import rules as names
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from tallybook.check.expressions import Expressions
    from tallybook.check.tables import Tables
    from tallybook.text.span import Span

GRAINS: tuple[Grain, ...] = get_args(Grain)
_ALLOWED: dict[str, tuple[type, ...]] = {
    "total": (syntax.OverClause,),
    "converted": (syntax.ByClause, syntax.WithinClause),
    "conversion": (syntax.ByClause, syntax.WithinClause),
    "retained": (syntax.ByClause,),
    "retention": (syntax.ByClause,),
}
_FORMS = {
    "prior": "prior(metric), prior(metric, 1 year) or prior(metric, 3 periods)",
    "growth": "growth(metric) or growth(metric, 1 year)",
    "trailing": "trailing(metric, 28 days)",
    "to_date": "to_date(metric, year)",
    "cumulative": "cumulative(metric)",
    "total": "total(metric) or total(metric over channel)",
    "converted": "converted(visits -> orders by visitor_id within 7 days)",
    "conversion": "conversion(visits -> orders by visitor_id within 7 days)",
    "retained": "retained(orders by customer_id, 1 month)",
    "retention": "retention(orders by customer_id, 1 month)",
    "elapsed": "elapsed()",
}


class Contexts:
    """Checks calls of context functions."""

    def __init__(self, tables: Tables, expressions: Expressions[ir.Cell]) -> None:
        self._tables = tables
        self._expressions = expressions
        self._findings = tables.findings

    def check(self, call: syntax.Call) -> ir.Cell:
        """Give the checked node of `prior(…)`, `trailing(…)` and the like."""
        if not self._clauses_fit(call):
            return UNKNOWN
        match call.function, len(call.arguments):
            case "elapsed", 0:
                return ir.Elapsed(Type.FLOAT, RATIO)
            case (("converted" | "conversion"), 1):
                return self._conversion(call)
            case (("retained" | "retention"), 2):
                return self._retention(call)
            case "prior", (1 | 2):
                body, by = self._body(call), self._duration(call, 1)
                return ir.Prior(body, by, body.type, body.unit) if _known(body) else UNKNOWN
            case "growth", (1 | 2):
                return self._growth(call)
            case "trailing", 2:
                body, length = self._body(call), self._duration(call, 1)
                if length is None or not _known(body):
                    return UNKNOWN
                return ir.Trailing(body, length, body.type, body.unit)
            case "to_date", 2:
                body, grain = self._body(call), self._grain(call)
                if grain is None or not _known(body):
                    return UNKNOWN
                return ir.ToDate(body, grain, body.type, body.unit)
            case "cumulative", 1:
                body = self._body(call)
                return ir.Cumulative(body, body.type, body.unit) if _known(body) else UNKNOWN
            case "total", 1:
                body = self._body(call)
                over = self._over(call)
                return ir.Total(body, over, body.type, body.unit) if _known(body) else UNKNOWN
        self._wrong_form(call, call.span)
        return UNKNOWN

    def _wrong_form(self, call: syntax.Call, span: Span) -> None:
        self._findings.add(
            rules.WRONG_ARGUMENTS,
            f"`{call.function}` is not written like this",
            span,
            help=f"write {_FORMS[call.function]}",
        )

    def _clauses_fit(self, call: syntax.Call) -> bool:
        allowed = (syntax.WhereClause, *_ALLOWED.get(call.function, ()))
        wrong = [
            clause
            for argument in call.arguments
            for clause in argument.clauses
            if not isinstance(clause, allowed)
        ]
        for clause in wrong:
            word = clause.span.text.split()[0]
            self._findings.add(
                rules.WRONG_CLAUSE,
                f"`{call.function}` takes no `{word}`",
                clause.span,
                help=f"write {_FORMS[call.function]}",
            )
        return not wrong

    def _body(self, call: syntax.Call) -> ir.Cell:
        """The first argument, with its `where`."""
        argument = call.arguments[0]
        if isinstance(argument.value, syntax.Flow):
            self._wrong_form(call, argument.span)
            return UNKNOWN
        value: syntax.Expr = argument.value
        for clause in argument.clauses:
            if isinstance(clause, syntax.WhereClause):
                value = syntax.Filter(value, clause.condition, argument.span)
        return self._expressions.check(value)

    def _growth(self, call: syntax.Call) -> ir.Cell:
        body, by = self._body(call), self._duration(call, 1)
        if not _known(body):
            return UNKNOWN
        if body.type not in NUMBERS:
            self._findings.add(
                rules.WRONG_TYPE,
                f"the 1st argument of `growth` must be a number, found {body.type.words}",
                call.arguments[0].span,
            )
            return UNKNOWN
        return ir.Growth(body, by, Type.FLOAT, RATIO)

    def _duration(self, call: syntax.Call, position: int) -> syntax.Duration | None:
        if len(call.arguments) <= position:
            return None
        value = call.arguments[position].value
        match value:
            case syntax.Constant(value=syntax.Duration() as duration) if duration.amount > 0:
                return duration
        self._findings.add(
            rules.WRONG_ARGUMENTS,
            f"expected a duration in `{call.function}`, found `{value.span.text}`",
            value.span,
            help="a duration is a whole number and a unit: `28 days`, `1 year`, `3 periods`",
        )
        return None

    def _grain(self, call: syntax.Call) -> Grain | None:
        value = call.arguments[1].value
        said = str(value) if isinstance(value, syntax.Name) else value.span.text
        for grain in GRAINS:
            if said == grain:
                return grain
        self._findings.add(
            rules.WRONG_ARGUMENTS,
            f"expected one of {', '.join(GRAINS)} in `to_date`, found `{said}`",
            value.span,
            help=did_you_mean(said, GRAINS),
        )
        return None

    def _over(self, call: syntax.Call) -> tuple[str, ...] | None:
        clause = next(
            (c for c in call.arguments[0].clauses if isinstance(c, syntax.OverClause)), None
        )
        if clause is None:
            return None
        known = self._tables.book.dimension_names()
        for name in clause.dimensions:
            if str(name) not in known:
                self._findings.add(
                    names.UNKNOWN_DIMENSION,
                    f"there is no dimension `{name}`",
                    name.span,
                    help=did_you_mean(str(name), known, otherwise=f"there is {name_list(known)}"),
                )
        return tuple(n.parts[0] for n in clause.dimensions)

    # Populations followed in time

    def _conversion(self, call: syntax.Call) -> ir.Cell:
        argument = call.arguments[0]
        key = next((c for c in argument.clauses if isinstance(c, syntax.ByClause)), None)
        if not isinstance(argument.value, syntax.Flow) or key is None:
            self._wrong_form(call, call.span)
            return UNKNOWN
        base, other = (self._source(e) for e in (argument.value.first, argument.value.then))
        if base is None or other is None:
            return UNKNOWN
        within = next((c for c in argument.clauses if isinstance(c, syntax.WithinClause)), None)
        where = next((c for c in argument.clauses if isinstance(c, syntax.WhereClause)), None)
        share = call.function == "conversion"
        base_scope, other_scope = self._tables.rows(base), self._tables.rows(other)
        base_key, other_key = base_scope.name(key.key), other_scope.name(key.key)
        if unify(base_key.type, other_key.type) is None:
            self._findings.add(
                rules.WRONG_TYPE,
                f"`{key.key}` is {base_key.type.words} in `{base}` and {other_key.type.words} in "
                f"`{other}`",
                key.span,
            )
            return UNKNOWN
        if Type.UNKNOWN in (base_key.type, other_key.type) or not self._timed((base, other), call):
            return UNKNOWN
        return ir.Conversion(
            base,
            base_scope.expressions.condition(where.condition, "`where`") if where else None,
            base_key,
            other,
            None,
            other_key,
            within.duration if within else None,
            share,
            Type.FLOAT if share else Type.INTEGER,
            RATIO if share else COUNTED,
        )

    def _retention(self, call: syntax.Call) -> ir.Cell:
        first = call.arguments[0]
        key = next((c for c in first.clauses if isinstance(c, syntax.ByClause)), None)
        by = self._duration(call, 1)
        if isinstance(first.value, syntax.Flow) or key is None or by is None:
            self._wrong_form(call, call.span)
            return UNKNOWN
        source = self._source(first.value)
        if source is None:
            return UNKNOWN
        scope = self._tables.rows(source)
        where = next((c for c in first.clauses if isinstance(c, syntax.WhereClause)), None)
        row = scope.name(key.key)
        share = call.function == "retention"
        condition = scope.expressions.condition(where.condition, "`where`") if where else None
        if row.type is Type.UNKNOWN or not self._timed((source,), call):
            return UNKNOWN
        return ir.Retention(
            source,
            condition,
            row,
            by,
            share,
            Type.FLOAT if share else Type.INTEGER,
            RATIO if share else COUNTED,
        )

    def _source(self, expr: syntax.Expr) -> str | None:
        known = self._tables.book.tables
        if isinstance(expr, syntax.Name) and str(expr) in known:
            return str(expr)
        self._findings.add(
            names.UNKNOWN_SOURCE,
            f"there is no source `{expr.span.text}`",
            expr.span,
            help=did_you_mean(expr.span.text, known, otherwise=f"there is {name_list(known)}"),
        )
        return None

    def _timed(self, sources: tuple[str, ...], call: syntax.Call) -> bool:
        missing = [s for s in sources if self._tables.book.tables[s].time is None]
        for source in missing:
            self._findings.add(
                rules.NO_TIME,
                f"`{call.function}` follows rows in time, and `{source}` has no `time`",
                call.span,
                help=f"give `{source}` a `time`",
            )
        return not missing


def _known(cell: ir.Cell) -> bool:
    return cell.type is not Type.UNKNOWN
