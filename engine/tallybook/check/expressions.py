"""Operators, constants and scalar functions: the same at every level.

A `Scope` says what names and the remaining calls mean at its level, and which node a call becomes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from tallybook.check import rules
from tallybook.check.calls import Operand, check_call, parameter_at
from tallybook.check.nulls import check_nulls
from tallybook.check.patterns import good_pattern
from tallybook.language import ir
from tallybook.language.functions import CALLABLE, FUNCTIONS, SCALARS
from tallybook.language.types import Type
from tallybook.language.units import FREE
from tallybook.parse import syntax
from tallybook.text.diagnostic import Findings, did_you_mean, nearest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tallybook.language.units import Unit
    from tallybook.text.span import Span

N = TypeVar("N", bound=ir.Row | ir.Cell)

_MISSPELT = 0.8  # so like another name is a name with one letter wrong, not one made up
_SCALARS = frozenset(f.name for f in SCALARS)
# What other tools call these.
_SYNONYMS = {
    "average": "avg",
    "mean": "avg",
    "count_distinct": "distinct",
    "countd": "distinct",
    "countif": "count",
    "sumif": "sum",
    "uniq": "distinct",
    "nunique": "distinct",
    "total_sum": "sum",
    "iff": "if",
    "ifnull": "coalesce",
    "isnull": "coalesce",
    "nvl": "coalesce",
    "len": "length",
    "substitute": "replace",
    "datediff": "days",
    "date_diff": "days",
    "date_trunc": "truncate",
    "lag": "prior",
    "ytd": "to_date",
    "running_total": "cumulative",
    "rolling": "trailing",
    "std": "stddev",
    "var": "variance",
    "quantile": "percentile",
    "maximum": "max",
    "minimum": "min",
    "log": "ln",
    "power": "^",
    "divide": "/",
    "safe_divide": "/",
}


class Scope(Protocol[N]):
    """A level of the language: what names and calls mean there."""

    def name(self, name: syntax.Name) -> N:
        """What a name stands for."""

    def call(self, call: syntax.Call) -> N:
        """A call that is not a scalar function's: an aggregate's or a context function's."""

    def filter(self, expr: syntax.Filter) -> N:
        """`expression where condition`."""

    def apply(self, function: str, arguments: tuple[N, ...], kind: Type, unit: Unit | None) -> N:
        """The node of a scalar call."""


def _negative(written: ir.Constant) -> ir.Constant:
    """A number written with a minus is written out: `round(x, -3)`."""
    value = written.value
    return replace(written, value=-value) if isinstance(value, int | float) else written


def constant(value: syntax.Value) -> ir.Constant:
    """A value written out, or a parameter's."""
    match value:
        case None:
            return ir.Constant(None, Type.NULL, FREE)
        case bool():
            return ir.Constant(value, Type.BOOLEAN)
        case int():
            return ir.Constant(value, Type.INTEGER, FREE)
        case float():
            return ir.Constant(value, Type.FLOAT, FREE)
        case str():
            return ir.Constant(value, Type.STRING)
        case syntax.Duration():
            return ir.Constant(value, Type.DURATION)
        case _:
            return ir.Constant(value, _time_type(value))


def _time_type(value: dt.date | dt.datetime) -> Type:
    return Type.DATETIME if hasattr(value, "hour") else Type.DATE


def _plain_value(argument: syntax.Argument) -> syntax.Expr | None:
    """A scalar function's argument, with its `where`; None where it has what only others take."""
    value = argument.value
    if isinstance(value, syntax.Flow):
        return None
    match argument.clauses:
        case ():
            return value
        case (syntax.WhereClause(condition=condition),):
            return syntax.Filter(value, condition, argument.span)
        case _:
            return None


UNKNOWN = ir.Constant(None, Type.UNKNOWN)


class Expressions(Generic[N]):
    """Checks expressions of one level."""

    def __init__(self, scope: Scope[N], findings: Findings) -> None:
        self._scope = scope
        self._unknown = cast("N", UNKNOWN)  # a constant belongs to every level
        self._findings = findings

    def check(self, expr: syntax.Expr) -> N:
        """The checked node; of type unknown, with findings, where something is wrong."""
        match expr:
            case syntax.Constant(value=value):
                return cast("N", constant(value))
            case syntax.Name():
                return self._scope.name(expr)
            case syntax.Filter():
                return self._scope.filter(expr)
            case syntax.Unary(operator="+", operand=operand):
                return self.check(operand)
            case syntax.Unary(operator=operator, operand=operand):
                return self._apply("not" if operator == "not" else "negate", (operand,), expr.span)
            case syntax.Binary():
                return self._binary(expr)
            case syntax.In(operand=operand, items=among):
                check_nulls(expr, self._findings)
                return self._apply("in", (operand, *among), expr.span)
            case syntax.Between(operand=operand, low=low, high=high):
                return self._apply("between", (operand, low, high), expr.span)
            case syntax.IsNull(operand=operand):
                return self._apply("is_null", (operand,), expr.span)
            case syntax.Within():
                return self._within(expr)
            case syntax.Case():
                return self._case(expr)
            case syntax.Call():
                return self._call(expr)

    def condition(self, expr: syntax.Expr, what: str) -> N:
        """An expression that must be true or false; `what` names its place in messages."""
        node = self.check(expr)
        if node.type not in (Type.BOOLEAN, Type.UNKNOWN, Type.NULL):
            self._findings.add(
                rules.WRONG_TYPE,
                f"{what} must be a condition, found {node.type.words}",
                expr.span,
                help='compare it: `channel = "email"`, `amount > 0`',
            )
        return node

    def _binary(self, expr: syntax.Binary) -> N:
        operator = expr.operator
        check_nulls(expr, self._findings)
        if operator in ("+", "-"):
            moved = self._moved_time(expr)
            if moved is not None:
                return moved
        return self._apply(operator, (expr.left, expr.right), expr.span)

    def _moved_time(self, expr: syntax.Binary) -> N | None:
        """`time + duration` or `time - duration`, where it is one."""
        match expr:
            case syntax.Binary(right=syntax.Constant(value=syntax.Duration() as length)):
                time, length_span = expr.left, expr.right.span
            case syntax.Binary(
                operator="+", left=syntax.Constant(value=syntax.Duration() as length)
            ):
                time, length_span = expr.right, expr.left.span
            case _:
                return None
        if expr.operator == "-":
            length = syntax.Duration(-length.amount, length.unit)
        moved = syntax.Constant(length, length_span)
        node = self._apply("shift_time", (time, moved), expr.span)
        clock = length.unit in ("second", "minute", "hour")
        if node.type is Type.DATE and clock and isinstance(node, ir.RowCall | ir.CellCall):
            arguments = cast("tuple[N, ...]", node.arguments)  # a call's are of its own level
            return self._scope.apply("shift_time", arguments, Type.DATETIME, None)
        return node

    def _within(self, expr: syntax.Within) -> N:
        length = syntax.Constant(expr.duration, expr.span)
        return self._apply("within", (expr.later, length, expr.earlier), expr.span)

    def _case(self, expr: syntax.Case) -> N:
        """`case` is `if` inside `if`, from the last branch outward."""
        rest = expr.otherwise or syntax.Constant(None, expr.span)
        node = self.check(rest)
        span = rest.span
        for condition, value in reversed(expr.branches):
            nodes = (self.check(condition), self.check(value), node)
            node = self._typed("if", nodes, (condition.span, value.span, span), expr.span)
            span = expr.span
        return node

    def _call(self, call: syntax.Call) -> N:
        if call.function not in CALLABLE:
            return self._unknown_function(call)
        if call.function not in _SCALARS:
            return self._scope.call(call)
        values: list[syntax.Expr] = []
        for argument in call.arguments:
            value = _plain_value(argument)
            if value is None:
                self._wrong_clause(call, argument)
                return self._unknown
            values.append(value)
        return self._apply(call.function, tuple(values), call.span)

    def _unknown_function(self, call: syntax.Call) -> N:
        synonym = _SYNONYMS.get(call.function.lower())
        advice = f"here it is `{synonym}`" if synonym else None
        self._findings.add(
            rules.UNKNOWN_FUNCTION,
            f"there is no function `{call.function}`",
            call.name_span,
            help=advice or did_you_mean(call.function, CALLABLE),
        )
        meant = nearest(call.function, CALLABLE, _MISSPELT)
        if meant is not None and synonym is None:  # what else is wrong with it is told at once
            self._call(replace(call, function=meant))
        return self._unknown

    def _wrong_clause(self, call: syntax.Call, argument: syntax.Argument) -> None:
        span = argument.clauses[0].span if argument.clauses else argument.span
        self._findings.add(
            rules.WRONG_CLAUSE,
            f"`{call.function}` takes no clause, found `{span.text.split()[0]}`",
            span,
            help="clauses belong inside an aggregate: `sum(x where …)`",
        )

    def _apply(self, function: str, operands: tuple[syntax.Expr, ...], span: Span) -> N:
        words = FUNCTIONS[function].parameters
        nodes: list[N] = []
        for position, operand in enumerate(operands):
            parameter = parameter_at(FUNCTIONS[function], position) if words else None
            if parameter is not None and parameter.words:
                nodes.append(self._word(function, parameter.words, operand))
            else:
                nodes.append(self.check(operand))
        return self._typed(function, tuple(nodes), tuple(o.span for o in operands), span)

    def _word(self, function: str, words: tuple[str, ...], operand: syntax.Expr) -> N:
        """An argument that is one of a few bare words: `truncate(ts, week)`."""
        said = operand.parts[0] if isinstance(operand, syntax.Name) else operand.span.text
        if said in words:
            return cast("N", ir.Constant(said, Type.STRING))
        self._findings.add(
            rules.WRONG_ARGUMENTS,
            f"expected one of {', '.join(words)} in `{function}`, found `{said}`",
            operand.span,
            help=did_you_mean(said, words),
        )
        return self._unknown

    def _typed(self, function: str, nodes: tuple[N, ...], spans: Sequence[Span], span: Span) -> N:
        operands = [
            Operand(node.type, node.unit, at, isinstance(node, ir.Constant))
            for node, at in zip(nodes, spans, strict=True)
        ]
        given = check_call(function, operands, span, self._findings)
        if function == "matches" and not good_pattern(nodes[-1], spans[-1], self._findings):
            return self._unknown
        if given.type is Type.UNKNOWN:
            return self._unknown
        if function == "negate" and isinstance(nodes[0], ir.Constant):
            return cast("N", _negative(nodes[0]))
        return self._scope.apply(function, nodes, given.type, given.unit)
