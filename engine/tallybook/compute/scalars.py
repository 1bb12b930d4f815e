"""What each operator and scalar function of the table is in Polars: one small case each.

Whole numbers are computed in 128 bits, so that nothing wraps on the way; a result beyond 64 bits is
an error at the end. A time is an instant; what depends on the clock goes through the book's zone.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.dtypes import FLOAT64, INT64, INT128
from tallybook.compute.durations import step
from tallybook.dataclass import dataclass
from tallybook.language.types import NUMBERS, TIMES, Type
from tallybook.parse.syntax import Duration
from tallybook.tables.typed import INSTANT, to_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from tallybook.parse.syntax import Value

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_NO_FRACTIONS = 2.0**52  # floats from here on are whole
_EPOCH, _MICROSECOND = dt.datetime(1970, 1, 1), dt.timedelta(microseconds=1)
_SPANS = {"day": "1d", "month": "1mo", "quarter": "1q", "year": "1y"}


@dataclass(frozen=True, slots=True)
class Operand:
    """An argument, lowered. `value` is what is written out, where it is a constant.

    In a `loose` one infinity and NaN stand for null. Sums, products and the like pass them on, so
    that only their last result has to be looked at: each look doubles an expression.
    """

    expr: pl.Expr
    type: Type
    value: Value = None
    loose: bool = False

    @property
    def firm(self) -> Operand:
        """The same with nulls for what is no number."""
        return Operand(finite(self.expr), self.type, self.value) if self.loose else self


@dataclass(frozen=True, slots=True)
class Clock:
    """What times of day depend on."""

    zone: ZoneInfo
    week_starts: int

    def wall(self, operand: Operand) -> pl.Expr:
        """A date or time on the wall clock of the book, as a naive datetime."""
        if operand.type is Type.DATE:
            return operand.expr.cast(INSTANT)
        if self.zone.key == "UTC":
            return operand.expr
        utc = operand.expr.dt.replace_time_zone("UTC")
        return utc.dt.convert_time_zone(self.zone.key).dt.replace_time_zone(None)

    def instant(self, operand: Operand) -> pl.Expr:
        """A date or time as an instant; a date is the midnight that it begins with."""
        if operand.type is Type.DATE:
            return to_instant(operand.expr.cast(INSTANT), self.zone)
        return operand.expr


def instant(moment: dt.datetime) -> pl.Expr:
    """A naive time written out; `pl.lit` of one makes a series of it, at twenty times the cost."""
    return pl.lit((moment - _EPOCH) // _MICROSECOND).cast(INSTANT)


def constant(value: Value, kind: Type, clock: Clock) -> Operand:
    """A value written out. A time is on the book's wall clock."""
    match value:
        case Duration():
            return Operand(pl.lit(None), Type.DURATION, value)
        case dt.datetime():
            return Operand(to_instant(instant(value), clock.zone), kind, value)
        case bool() | str() | dt.date() | None:
            return Operand(pl.lit(value), kind, value)
        case int():
            wide = INT64 if -(2**63) <= value < 2**63 else INT128
            return Operand(pl.lit(value).cast(wide), kind, value)
        case float():
            return Operand(pl.lit(value), kind, value)


def scalar(function: str, arguments: Sequence[Operand], kind: Type, clock: Clock) -> Operand:
    """A call in Polars, of the engine's type for `kind`."""
    if function in _PASSING_ON:
        loose = kind is Type.FLOAT
        return Operand(_ARITHMETIC[function](arguments, kind), kind, loose=loose)
    if function == "/":
        over, under = arguments
        return Operand(_divide(over, under.firm), kind, loose=True)
    firm = [a.firm for a in arguments]
    return Operand(_called(function, firm, kind, clock), kind, loose=function in _UNBOUNDED)


def _called(function: str, arguments: Sequence[Operand], kind: Type, clock: Clock) -> pl.Expr:
    arguments = [_typed_null(function, a) for a in arguments]
    if function in _COMPARISONS:
        left, right = _comparable(arguments, clock)
        return _compared(left, function, right)
    if function in _ARITHMETIC:
        return _ARITHMETIC[function](arguments, kind)
    if function in _RANGES:
        return _RANGES[function](_comparable(arguments, clock))
    if function in _CHOICES:
        return _CHOICES[function](aligned(arguments, clock))
    if function in _TEXT:
        return _TEXT[function](*arguments)
    if function in _PARTS:
        return _PARTS[function](clock.wall(arguments[0])).cast(INT64)
    if function in _SECONDS:
        return _elapsed(arguments, _SECONDS[function], clock)
    return _OTHERS[function](arguments, kind, clock)


def _typed_null(function: str, operand: Operand) -> Operand:
    """The literal null in a type that the function can be called with."""
    if operand.type is not Type.NULL:
        return operand
    if function in _TEXT:
        return Operand(operand.expr.cast(pl.String), Type.STRING)
    if function in _PARTS or function in _SECONDS or function in _OF_TIMES:
        return Operand(operand.expr.cast(INSTANT), Type.DATETIME)
    return operand


def aligned(arguments: Sequence[Operand], clock: Clock) -> list[pl.Expr]:
    """Arguments in one type of the engine, so that they can be compared or chosen from."""
    kinds = {a.type for a in arguments}
    if kinds & TIMES and Type.DATETIME in kinds:
        return [clock.instant(a) if a.type in TIMES else a.expr for a in arguments]
    if Type.FLOAT in kinds:
        return [a.expr.cast(FLOAT64) if a.type in NUMBERS else a.expr for a in arguments]
    if Type.DECIMAL in kinds:
        return [
            a.expr.cast(pl.Decimal(38, 6)) if a.type is Type.INTEGER else a.expr for a in arguments
        ]
    if kinds <= {Type.INTEGER, Type.NULL}:
        return [a.expr.cast(INT128) if a.type is Type.INTEGER else a.expr for a in arguments]
    return [a.expr for a in arguments]


def _comparable(arguments: Sequence[Operand], clock: Clock) -> list[pl.Expr]:
    """Arguments that can be compared: whole numbers as wide as they are, which is faster."""
    if {a.type for a in arguments} <= {Type.INTEGER, Type.NULL}:
        return [a.expr for a in arguments]
    return aligned(arguments, clock)


# Comparisons and conditions

_COMPARISONS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _compared(left: pl.Expr, comparison: str, right: pl.Expr) -> pl.Expr:
    """A comparison with a constant on the right, if there is one.

    On the left, grouped in memory, Polars 2.1 reads past the constant's end where the other side is
    one value for all rows (a join that found nothing makes such columns), and counts what is there.
    """
    if left.meta.root_names():
        return _COMPARISONS[comparison](left, right)
    return _COMPARISONS[_MIRRORED.get(comparison, comparison)](right, left)


def _boolean(operand: pl.Expr) -> pl.Expr:
    return operand.cast(pl.Boolean)


def _in(operands: Sequence[pl.Expr]) -> pl.Expr:
    value, *items = operands
    return reduce(lambda a, b: a | b, (_boolean(_compared(value, "=", item)) for item in items))


_RANGES: dict[str, Callable[[Sequence[pl.Expr]], pl.Expr]] = {
    "in": _in,
    "between": lambda operands: (
        _compared(operands[0], ">=", operands[1]) & _compared(operands[0], "<=", operands[2])
    ),
}


def _within(arguments: Sequence[Operand], _: Type, clock: Clock) -> pl.Expr:
    later, length, earlier = arguments
    limit = _shifted(earlier, length.value, clock)
    after = clock.instant(later)
    return _compared(after, ">=", clock.instant(earlier)) & _compared(after, "<=", limit)


# Arithmetic


def _floats(arguments: Sequence[Operand]) -> list[pl.Expr]:
    return [a.expr.cast(FLOAT64) for a in arguments]


def finite(expr: pl.Expr) -> pl.Expr:
    """A float without values that are no number: null instead of NaN and infinity."""
    return pl.when(expr.is_finite()).then(expr)


def _numbers(arguments: Sequence[Operand], kind: Type) -> list[pl.Expr]:
    match kind:
        case Type.INTEGER:
            return [a.expr.cast(INT128) for a in arguments]
        case Type.FLOAT:
            return _floats(arguments)
        case _:
            return [
                a.expr.cast(pl.Decimal(38, 6)) if a.type is not Type.DECIMAL else a.expr
                for a in arguments
            ]


def _arithmetic(
    combine: Callable[[pl.Expr, pl.Expr], pl.Expr],
) -> Callable[[Sequence[Operand], Type], pl.Expr]:
    def lowered(arguments: Sequence[Operand], kind: Type) -> pl.Expr:
        left, right = _numbers(arguments, kind)
        return combine(left, right)

    return lowered


def _divide(over: Operand, under: Operand) -> pl.Expr:
    """A quotient; by zero it is no number, and what is divided by infinity would be 0."""
    return over.expr.cast(FLOAT64) / under.expr.cast(FLOAT64)


def _remainder(arguments: Sequence[Operand], kind: Type) -> pl.Expr:
    left, right = _numbers(arguments, kind)
    return pl.when(right != 0).then(left % right)


# What is made of infinity or NaN by these is no number either; and what else may give such.
_PASSING_ON = frozenset({"+", "-", "*", "negate", "abs"})
_UNBOUNDED = frozenset({"^", "sqrt", "ln", "log10", "exp"})

_ARITHMETIC: dict[str, Callable[[Sequence[Operand], Type], pl.Expr]] = {
    "+": _arithmetic(lambda a, b: a + b),
    "-": _arithmetic(lambda a, b: a - b),
    "*": _arithmetic(lambda a, b: a * b),
    "mod": _remainder,
    "^": lambda arguments, _: _floats(arguments)[0] ** _floats(arguments)[1],
    "negate": lambda arguments, kind: pl.lit(0) - _numbers(arguments, kind)[0],
    "abs": lambda arguments, kind: _numbers(arguments, kind)[0].abs(),
    "sqrt": lambda arguments, _: _floats(arguments)[0].sqrt(),
    "ln": lambda arguments, _: _floats(arguments)[0].log(),
    "log10": lambda arguments, _: _log10(_floats(arguments)[0]),
    "exp": lambda arguments, _: _floats(arguments)[0].exp(),
    "floor": lambda arguments, kind: _whole(arguments[0], kind, pl.Expr.floor),
    "ceil": lambda arguments, kind: _whole(arguments[0], kind, pl.Expr.ceil),
    "round": lambda arguments, kind: _round(arguments, kind),  # noqa: PLW0108 - defined below
}


def _log10(x: pl.Expr) -> pl.Expr:
    """The logarithm to base 10, whole for powers of ten: a quotient of two logarithms is not."""
    quotient = x.log(10)
    nearest = quotient.round(0)
    return pl.when(pl.lit(10.0) ** nearest == x).then(nearest).otherwise(quotient)


def _whole(operand: Operand, kind: Type, how: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    return operand.expr if kind is Type.INTEGER else how(operand.expr.cast(FLOAT64))


def _round(arguments: Sequence[Operand], kind: Type) -> pl.Expr:
    """Halves away from zero. Negative places round to tens and hundreds."""
    places = arguments[1].value if len(arguments) > 1 else 0
    places = places if isinstance(places, int) else 0
    number = arguments[0].expr
    if kind is Type.INTEGER and places >= 0:
        return number
    if kind is Type.INTEGER:
        whole = int("1" + "0" * -places)
        magnitude = (number.cast(INT128).abs() + whole // 2) // whole * whole
        return magnitude * number.cast(INT128).sign()
    if places < 0:
        tens = 10.0**-places
        scaled = (number.cast(FLOAT64) / tens).round(0, mode="half_away_from_zero")
        return scaled * tens
    if kind is Type.DECIMAL:
        return number.round(places, mode="half_away_from_zero")
    return _rounded(number.cast(FLOAT64), places)


def _rounded(x: pl.Expr, places: int) -> pl.Expr:
    """A half is what is written as one: 1.005 is rounded to 1.01, though a float is a bit less."""
    tens = 10.0**places
    size = x.abs()
    below = (size * tens).floor()
    up = size >= (below + 0.5) / tens
    rounded = (below + up.cast(FLOAT64)) / tens * x.sign()
    return pl.when(size * tens < _NO_FRACTIONS).then(rounded).otherwise(x)


# Choices


def _nullif(operands: Sequence[pl.Expr]) -> pl.Expr:
    value, other = operands
    same = _compared(value, "=", other).fill_null(value=False)
    return pl.when(same).then(None).otherwise(value)


_CHOICES: dict[str, Callable[[Sequence[pl.Expr]], pl.Expr]] = {
    "coalesce": pl.coalesce,
    "nullif": _nullif,
    "least": pl.min_horizontal,
    "greatest": pl.max_horizontal,
}


def _if(arguments: Sequence[Operand], _: Type, clock: Clock) -> pl.Expr:
    condition = _boolean(arguments[0].expr)
    then, otherwise = aligned(arguments[1:], clock)
    chosen: pl.Expr = pl.when(condition).then(then).otherwise(otherwise)
    return chosen


# Text


def _like(text: Operand, pattern: Operand) -> pl.Expr:
    if isinstance(pattern.value, str):
        wild = {"%": ".*", "_": "."}
        body = "".join(wild.get(c, re.escape(c)) for c in pattern.value)
        return text.expr.str.contains(f"(?s)^(?:{body})$")
    escaped = pattern.expr.str.escape_regex()
    body_expr = escaped.str.replace_all("%", ".*", literal=True).str.replace_all(
        "_", ".", literal=True
    )
    return text.expr.str.contains(pl.format("(?s)^(?:{})$", body_expr))


def _replace(text: Operand, part: Operand, by: Operand) -> pl.Expr:
    if isinstance(part.value, str) and part.value and isinstance(by.value, str):
        return text.expr.str.replace_all(part.value, by.value, literal=True)
    # Polars replaces one pattern per column, so a part that differs by row is cut out instead.
    parts = text.expr.cast(pl.String).str.split(part.expr.cast(pl.String))
    return pl.when(part.expr == "").then(text.expr).otherwise(parts.list.join(by.expr))


_TEXT: dict[str, Callable[..., pl.Expr]] = {
    "lower": lambda text: text.expr.str.to_lowercase(),
    "upper": lambda text: text.expr.str.to_uppercase(),
    "trim": lambda text: text.expr.str.strip_chars(),
    "length": lambda text: text.expr.str.len_chars().cast(INT64),
    "contains": lambda text, part: text.expr.str.contains(part.expr, literal=True),
    "starts_with": lambda text, part: text.expr.str.starts_with(part.expr),
    "ends_with": lambda text, part: text.expr.str.ends_with(part.expr),
    "matches": lambda text, pattern: text.expr.str.contains(pattern.expr),
    "replace": _replace,
    "concat": lambda *texts: pl.concat_str([t.expr for t in texts], ignore_nulls=False),
    "like": _like,
}

# Times

_PARTS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "year": lambda wall: wall.dt.year(),
    "quarter": lambda wall: wall.dt.quarter(),
    "month": lambda wall: wall.dt.month(),
    "week": lambda wall: wall.dt.week(),
    "day": lambda wall: wall.dt.day(),
    "weekday": lambda wall: wall.dt.weekday(),
    "hour": lambda wall: wall.dt.hour(),
}


def _elapsed(arguments: Sequence[Operand], seconds: int, clock: Clock) -> pl.Expr:
    """The time between, in units of so many seconds; between two days, days without a clock."""
    days = all(a.type is Type.DATE for a in arguments)
    start, end = (a.expr.cast(INSTANT) if days else clock.instant(a) for a in arguments)
    return ((end - start).dt.total_microseconds() / (1e6 * seconds)).cast(FLOAT64)


def _shifted(operand: Operand, length: Value, clock: Clock) -> pl.Expr:
    """A date or time moved by a duration, days and longer on the wall clock, as an instant."""
    if not isinstance(length, Duration):
        raise TypeError(length)
    by = step(length.amount, length.unit)
    if length.unit in ("second", "minute", "hour"):  # elapsed time, whatever the clocks do
        return clock.instant(operand).dt.offset_by(by)
    return to_instant(clock.wall(operand).dt.offset_by(by), clock.zone)


def _shift_time(arguments: Sequence[Operand], kind: Type, clock: Clock) -> pl.Expr:
    time, length = arguments
    if kind is Type.DATE and time.type is Type.DATE and isinstance(length.value, Duration):
        return time.expr.dt.offset_by(step(length.value.amount, length.value.unit))
    return _shifted(time, length.value, clock)


def _truncate(arguments: Sequence[Operand], _: Type, clock: Clock) -> pl.Expr:
    day = clock.wall(arguments[0]).dt.date()
    if arguments[1].value == "week":
        back = (day.dt.weekday().cast(INT64) - 1 - clock.week_starts) % 7
        return day - pl.duration(days=back)
    return day.dt.truncate(_SPANS[str(arguments[1].value)])


def _months(arguments: Sequence[Operand], _: Type, clock: Clock) -> pl.Expr:
    """Completed months from one time to another; negative where the second is earlier."""
    start, end = (clock.wall(a) for a in arguments)
    forward = _completed_months(start, end)
    backward = _completed_months(end, start)
    return pl.when(start <= end).then(forward).when(end < start).then(-backward)


def _completed_months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    years = end.dt.year().cast(INT64) - start.dt.year().cast(INT64)
    months = end.dt.month().cast(INT64) - start.dt.month().cast(INT64)
    apart = years * 12 + months
    reached = start.dt.offset_by(pl.format("{}mo", apart)) <= end
    return apart - pl.when(reached).then(0).otherwise(1)


def _years(arguments: Sequence[Operand], kind: Type, clock: Clock) -> pl.Expr:
    months = _months(arguments, kind, clock)
    return pl.when(months >= 0).then(months // 12).otherwise(-((-months) // 12))


_OF_TIMES = frozenset({"within", "shift_time", "date", "truncate", "months", "years"})

_OTHERS: dict[str, Callable[[Sequence[Operand], Type, Clock], pl.Expr]] = {
    "if": _if,
    "within": _within,
    "and": lambda arguments, _, __: _boolean(arguments[0].expr) & _boolean(arguments[1].expr),
    "or": lambda arguments, _, __: _boolean(arguments[0].expr) | _boolean(arguments[1].expr),
    "not": lambda arguments, _, __: ~_boolean(arguments[0].expr),
    "is_null": lambda arguments, _, __: arguments[0].expr.is_null(),
    "shift_time": _shift_time,
    "date": lambda arguments, _, clock: clock.wall(arguments[0]).dt.date(),
    "truncate": _truncate,
    "months": _months,
    "years": _years,
}
