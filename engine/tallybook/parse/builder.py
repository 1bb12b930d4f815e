"""Builds the tree while Lark parses: one method per rule of the grammar, named after it."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any, cast

from lark import Token, Transformer, v_args

from tallybook.dataclass import dataclass
from tallybook.parse import syntax
from tallybook.text.span import SourceText, Span

if TYPE_CHECKING:
    from tallybook.parse.syntax import Expr


_WHOLE = 2**63  # above it, 64 bits hold a number as a float only


class BadConstantError(Exception):
    """A constant of the right form with an impossible value: `2024-02-31`."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    span: Span


@v_args(inline=True)
class Builder(Transformer[Token, Any]):
    """From tokens and finished children to nodes of `syntax`; `source` is set before each parse."""

    source: SourceText

    def _span(self, first: Any, last: Any) -> Span:
        start = first.start_pos if isinstance(first, Token) else first.span.start
        end = last.end_pos if isinstance(last, Token) else last.span.end
        return Span(self.source, start or 0, end or 0)  # a token of a text has both

    def _constant(self, token: Token, value: syntax.Value) -> syntax.Constant:
        return syntax.Constant(value, self._span(token, token))

    # Constants

    def number(self, token: Token) -> syntax.Constant:
        value: int | float = float(token)
        if token.isdecimal() and value < _WHOLE:
            value = int(token)
        if isinstance(value, float) and math.isinf(value):
            raise BadConstantError(f"`{token}` is too large for a number", self._span(token, token))
        return self._constant(token, value)

    def percent(self, token: Token) -> syntax.Constant:
        # Shifting the point in the text keeps 0.1% at 0.001, to the last bit.
        return self._constant(token, float(f"{token[:-1]}e-2"))

    def string(self, token: Token) -> syntax.Constant:
        quote = token[0]
        return self._constant(token, token[1:-1].replace(quote * 2, quote))

    def true(self, token: Token) -> syntax.Constant:
        return self._constant(token, True)

    def false(self, token: Token) -> syntax.Constant:
        return self._constant(token, False)

    def null(self, token: Token) -> syntax.Constant:
        return self._constant(token, None)

    def day(self, token: Token) -> syntax.Constant:
        try:
            if len(token) == len("2024-01-31"):
                return self._constant(token, dt.date.fromisoformat(token))
            return self._constant(token, dt.datetime.fromisoformat(token))  # wall clock of the book
        except ValueError as error:
            message = f"`{token}` is not a day of the calendar"
            raise BadConstantError(message, self._span(token, token)) from error

    def duration(self, token: Token) -> syntax.Constant:
        amount, unit = token.split()
        value = syntax.Duration(int(amount), cast("syntax.DurationUnit", unit.removesuffix("s")))
        if value.is_too_long:
            limit = "1,000 periods" if value.unit == "period" else "1,000 years"
            message = f"`{token}` is longer than {limit}, which leads out of the calendar"
            raise BadConstantError(message, self._span(token, token))
        return self._constant(token, value)

    # Names

    def part(self, token: Token) -> _Part:
        return _Part(token.strip("`"), self._span(token, token))

    def name(self, *parts: _Part) -> syntax.Name:
        return syntax.Name(tuple(p.text for p in parts), tuple(p.span for p in parts))

    def group(self, inner: Expr, _close: Token) -> Expr:
        return inner

    # Operators

    def unary(self, operator: Token, operand: Expr) -> syntax.Unary:
        return syntax.Unary(cast("Any", str(operator)), operand, self._span(operator, operand))

    def binary(self, left: Expr, operator: Token, right: Expr) -> syntax.Binary:
        return syntax.Binary(
            cast("syntax.BinaryOperator", str(operator)),
            left,
            right,
            self._span(operator, operator),
            self._span(left, right),
        )

    def not_like(self, left: Expr, negation: Token, like: Token, right: Expr) -> syntax.Unary:
        return self._negated(negation, self.binary(left, like, right))

    def is_in(self, operand: Expr, _in: Token, items: tuple[Expr, ...], close: Token) -> syntax.In:
        return syntax.In(operand, items, self._span(operand, close))

    def not_in(
        self, operand: Expr, negation: Token, _in: Token, items: tuple[Expr, ...], close: Token
    ) -> syntax.Unary:
        return self._negated(negation, self.is_in(operand, _in, items, close))

    def items(self, *items: Expr) -> tuple[Expr, ...]:
        return items

    def between(
        self, operand: Expr, _between: Token, low: Expr, _and: Token, high: Expr
    ) -> syntax.Between:
        return syntax.Between(operand, low, high, self._span(operand, high))

    def not_between(
        self, operand: Expr, negation: Token, between: Token, low: Expr, and_: Token, high: Expr
    ) -> syntax.Unary:
        return self._negated(negation, self.between(operand, between, low, and_, high))

    def is_null(self, operand: Expr, _is: Token, null: syntax.Constant) -> syntax.IsNull:
        return syntax.IsNull(operand, self._span(operand, null))

    def is_not_null(
        self, operand: Expr, is_: Token, negation: Token, null: syntax.Constant
    ) -> syntax.Unary:
        return self._negated(negation, self.is_null(operand, is_, null))

    def within(
        self, later: Expr, _within: Token, duration: syntax.Constant, _of: Token, earlier: Expr
    ) -> syntax.Within:
        length = cast("syntax.Duration", duration.value)
        return syntax.Within(later, length, earlier, self._span(later, earlier))

    def filter(self, operand: Expr, _where: Token, condition: Expr) -> syntax.Filter:
        return syntax.Filter(operand, condition, self._span(operand, condition))

    @staticmethod
    def _negated(_negation: Token, operand: Expr) -> syntax.Unary:
        return syntax.Unary("not", operand, operand.span)

    # Calls

    def call(self, name: Token, *rest: Any) -> syntax.Call:
        *parts, close = rest
        arguments: list[syntax.Argument] = []
        for part in parts:
            if isinstance(part, syntax.AtClause):  # `, at day` belongs to what stands before it
                arguments.append(self._with_clause(arguments, part))
            else:
                arguments.append(part)
        return syntax.Call(
            str(name), tuple(arguments), self._span(name, name), self._span(name, close)
        )

    def _with_clause(
        self, arguments: list[syntax.Argument], clause: syntax.AtClause
    ) -> syntax.Argument:
        if not arguments:
            raise BadConstantError("`at` must follow an argument", clause.span)
        last = arguments.pop()
        return syntax.Argument(last.value, (*last.clauses, clause), self._span(last, clause))

    def argument(self, value: Expr | syntax.Flow, *clauses: syntax.Clause) -> syntax.Argument:
        return syntax.Argument(value, clauses, self._span(value, clauses[-1] if clauses else value))

    def at_argument(self, at: Token, part: _Part) -> syntax.AtClause:
        return syntax.AtClause(self.name(part), self._span(at, part))

    def flow(self, first: Expr, then: Expr) -> syntax.Flow:
        return syntax.Flow(first, then, self._span(first, then))

    def where_clause(self, where: Token, condition: Expr) -> syntax.WhereClause:
        return syntax.WhereClause(condition, self._span(where, condition))

    def at_clause(self, at: Token, column: syntax.Name) -> syntax.AtClause:
        return syntax.AtClause(column, self._span(at, column))

    def per_clause(self, per: Token, *keys: syntax.Name) -> syntax.PerClause:
        return syntax.PerClause(keys, self._span(per, keys[-1]))

    def as_of_clause(self, as_: Token, _of: Token, edge: Token) -> syntax.AsOfClause:
        return syntax.AsOfClause(cast("Any", str(edge)), self._span(as_, edge))

    def over_clause(self, over: Token, *dimensions: syntax.Name) -> syntax.OverClause:
        return syntax.OverClause(dimensions, self._span(over, dimensions[-1]))

    def by_clause(self, by: Token, key: syntax.Name) -> syntax.ByClause:
        return syntax.ByClause(key, self._span(by, key))

    def within_clause(self, within: Token, duration: syntax.Constant) -> syntax.WithinClause:
        length = cast("syntax.Duration", duration.value)
        return syntax.WithinClause(length, self._span(within, duration))

    def on_clause(
        self, on: Token, left: syntax.Name, equals: Token, right: syntax.Name
    ) -> syntax.OnClause:
        if equals != "=":
            raise BadConstantError("`on` compares keys with `=`", self._span(equals, equals))
        return syntax.OnClause(left, right, self._span(on, right))

    # case

    def choice(self, case: Token, *rest: Any) -> syntax.Case:
        *parts, end = rest
        otherwise = None if isinstance(parts[-1], tuple) else parts.pop()
        return syntax.Case(tuple(parts), otherwise, self._span(case, end))

    def branch(self, _when: Token, condition: Expr, _then: Token, value: Expr) -> tuple[Expr, Expr]:
        return (condition, value)

    def otherwise(self, _else: Token, value: Expr) -> Expr:
        return value
