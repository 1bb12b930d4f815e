"""The tree of a formula as written. No name is looked up here, and nothing has a type."""

from __future__ import annotations

import datetime as dt
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from tallybook.text.span import Span

DurationUnit = Literal[
    "second", "minute", "hour", "day", "week", "month", "quarter", "year", "period"
]
BinaryOperator = Literal[
    "or", "and", "=", "!=", "<", "<=", ">", ">=", "like", "+", "-", "*", "/", "^"
]


LONGEST_YEARS = 1_000
_PER_YEAR: dict[DurationUnit, int] = {
    "second": 31_556_952,
    "minute": 525_949,
    "hour": 8_766,
    "day": 366,
    "week": 53,
    "month": 12,
    "quarter": 4,
    "year": 1,
    "period": 1,
}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of calendar time: `28 days`, `1 month`, `3 periods`."""

    amount: int
    unit: DurationUnit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"

    @property
    def is_too_long(self) -> bool:
        """Whether it leads out of the calendar, which ends with the year 9999."""
        return self.amount > LONGEST_YEARS * _PER_YEAR[self.unit]


Value = str | int | float | bool | dt.date | dt.datetime | Duration | None


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written out. `25%` is 0.25."""

    value: Value
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name with its dotted parts: `leads.account.country`."""

    parts: tuple[str, ...]
    spans: tuple[Span, ...] = field(compare=False)

    @property
    def span(self) -> Span:
        """From the first part to the last."""
        return self.spans[0].to(self.spans[-1])

    def __str__(self) -> str:
        return ".".join(quoted(p) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `+x`, `not x`."""

    operator: Literal["-", "+", "not"]
    operand: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands with an operator between them, at `operator_span`."""

    operator: BinaryOperator
    left: Expr
    right: Expr
    operator_span: Span = field(compare=False)
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """`x in (a, b)`."""

    operand: Expr
    items: tuple[Expr, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """`x between low and high`, both ends in."""

    operand: Expr
    low: Expr
    high: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class IsNull:
    """`x is null`."""

    operand: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """`later within 30 days of earlier`."""

    later: Expr
    duration: Duration
    earlier: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """`case when … then … else … end`."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr | None
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """`expression where condition`, outside an aggregate."""

    operand: Expr
    condition: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Flow:
    """`visits -> orders`, in `converted` and `conversion`."""

    first: Expr
    then: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class WhereClause:
    """`where condition`."""

    condition: Expr
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class AtClause:
    """`at column`."""

    column: Name
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class PerClause:
    """`per key, key`."""

    keys: tuple[Name, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class AsOfClause:
    """`as of end`, `as of start`."""

    edge: Literal["end", "start"]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class OverClause:
    """`over dimension, dimension`."""

    dimensions: tuple[Name, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class ByClause:
    """`by key`."""

    key: Name
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class WithinClause:
    """`within 7 days`."""

    duration: Duration
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class OnClause:
    """`on their_key = our_key`."""

    left: Name
    right: Name
    span: Span = field(compare=False)


Clause = (
    WhereClause
    | AtClause
    | PerClause
    | AsOfClause
    | OverClause
    | ByClause
    | WithinClause
    | OnClause
)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call and the clauses that follow it."""

    value: Expr | Flow
    clauses: tuple[Clause, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`."""

    function: str
    arguments: tuple[Argument, ...]
    name_span: Span = field(compare=False)
    span: Span = field(compare=False)


Expr = Constant | Name | Unary | Binary | In | Between | IsNull | Within | Case | Filter | Call

RESERVED = frozenset(
    ("and", "or", "not", "case", "when", "then", "else", "end", "null", "true", "false")
)


def quoted(part: str) -> str:
    """A name as it has to be written: in backticks unless it is a plain word."""
    return part if part.isidentifier() and part not in RESERVED else f"`{part}`"
