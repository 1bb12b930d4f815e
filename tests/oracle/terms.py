"""Formulas as trees, made for tests: small, and unrelated to the engine's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Literal_ = int | Decimal | str | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class Lit:
    """A number, text, truth value, date or null as written."""

    value: Literal_


@dataclass(frozen=True, slots=True)
class Duration:
    """`30 days`; `unit` is singular, and may be `period` as the shift of `prior`."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted name; what it names depends on the level it stands in."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x` or `-x`."""

    op: Literal["not", "-"]
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    """Any operator with two sides, `like` included."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class IsNull:
    """`x is null`, `x is not null`."""

    operand: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In:
    """`x in (a, b)`, `x not in (a, b)`."""

    operand: Expr
    options: tuple[Expr, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """`x between low and high`, both ends in."""

    operand: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class Within:
    """`event within 30 days of anchor`."""

    event: Expr
    window: Duration
    anchor: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """A scalar function."""

    name: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`case when c then a … else b end`."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr | None = None


@dataclass(frozen=True, slots=True)
class Convert:
    """`convert(amount, currency, EUR, at day)`."""

    amount: Expr
    currency: Expr
    to: str
    at: Expr


@dataclass(frozen=True, slots=True)
class Clauses:
    """What may follow an aggregate's last argument."""

    where: Expr | None = None
    at: Name | None = None
    per: tuple[Name, ...] = ()
    as_of: Literal["start", "end"] | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate of a source's rows; inside a row expression, of the rows linked to the row."""

    function: str
    arguments: tuple[Expr, ...]
    clauses: Clauses = Clauses()


@dataclass(frozen=True, slots=True)
class Exists:
    """`exists(source where …)`, `exists(source.link …)`, `exists(source on theirs = ours …)`."""

    source: str
    link: str | None = None
    on: tuple[Name, Name] | None = None
    where: Expr | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """`metric where condition`."""

    metric: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class Prior:
    """`prior(metric)`, `prior(metric, 1 year)`, `prior(metric, 3 periods)`."""

    metric: Expr
    shift: Duration | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """`growth(metric)`, `growth(metric, 1 year)`."""

    metric: Expr
    shift: Duration | None = None


@dataclass(frozen=True, slots=True)
class Trailing:
    """`trailing(metric, 28 days)`."""

    metric: Expr
    window: Duration


@dataclass(frozen=True, slots=True)
class ToDate:
    """`to_date(metric, year)`."""

    metric: Expr
    unit: str


@dataclass(frozen=True, slots=True)
class Cumulative:
    """`cumulative(metric)`."""

    metric: Expr


@dataclass(frozen=True, slots=True)
class Total:
    """`total(metric)`, `total(metric over channel)`."""

    metric: Expr
    over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Converted:
    """`converted(base -> event by key within 7 days)`; `conversion(…)` where `rate`."""

    base: str
    event: str
    key: str
    within: Duration
    rate: bool = False


@dataclass(frozen=True, slots=True)
class Retained:
    """`retained(source by key, 1 month)`; `retention(…)` where `rate`."""

    source: str
    key: str
    back: Duration
    rate: bool = False


@dataclass(frozen=True, slots=True)
class Elapsed:
    """`elapsed()`."""


Expr = (
    Lit
    | Duration
    | Name
    | Unary
    | Binary
    | IsNull
    | In
    | Between
    | Within
    | Call
    | Case
    | Convert
    | Aggregate
    | Exists
    | Where
    | Prior
    | Growth
    | Trailing
    | ToDate
    | Cumulative
    | Total
    | Converted
    | Retained
    | Elapsed
)

AGGREGATES = frozenset(
    {"count", "distinct", "sum", "avg", "min", "max", "median", "percentile", "stddev"}
    | {"variance", "first", "last", "weighted_avg", "any", "all"}
)
UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


def children(expr: Expr) -> tuple[Expr, ...]:  # noqa: PLR0912 - one case per kind of term
    """The terms directly below a term, clauses included."""
    match expr:
        case Unary(_, x) | IsNull(x):
            return (x,)
        case Binary(_, a, b):
            return (a, b)
        case In(x, options):
            return (x, *options)
        case Between(x, low, high):
            return (x, low, high)
        case Within(event, _, anchor):
            return (event, anchor)
        case Call(_, arguments):
            return arguments
        case Case(branches, otherwise):
            pairs = tuple(x for branch in branches for x in branch)
            return pairs if otherwise is None else (*pairs, otherwise)
        case Convert(amount, currency, _, at):
            return (amount, currency, at)
        case Aggregate(_, arguments, clauses):
            placed = [x for x in (clauses.where, clauses.at) if x is not None]
            return (*arguments, *placed, *clauses.per)
        case Exists(where=where_):
            return () if where_ is None else (where_,)
        case Where(m, condition):
            return (m, condition)
        case Prior(m) | Growth(m) | Trailing(m) | ToDate(m) | Cumulative(m) | Total(m):
            return (m,)
        case Lit() | Duration() | Name() | Converted() | Retained() | Elapsed():
            return ()
