"""Operators and scalar functions by section 4, on single Python values; `None` is null.

Functions that the page does not call null-ignoring give null where any argument is null. A result
that is not a number (a root of -1, a logarithm of 0, an overflowing power) is null, as a division
by zero is: no infinity and no NaN ever stands in a cell.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from oracle import terms as t

if TYPE_CHECKING:
    from oracle.clock import Clock
    from oracle.schema import Value

Number = int | float | Decimal
Leaf = Callable[[t.Expr], "Value"]


def evaluate(expr: t.Expr, leaf: Leaf, clock: Clock) -> Value:  # noqa: PLR0912 - one case per term
    """The value of a term; `leaf` answers for names, aggregates and context functions."""

    def of(inner: t.Expr) -> Value:
        return evaluate(inner, leaf, clock)

    match expr:
        case t.Lit():
            return expr.value
        case t.Unary("not", x):
            return negate(of(x))
        case t.Unary(_, x):
            return minus(of(x))
        case t.Binary(op, a, t.Duration() as by) if op in {"+", "-"}:
            moment = of(a)
            sign = 1 if op == "+" else -1
            return None if moment is None else clock.plus(_moment(moment), by, sign)
        case t.Binary(op, a, b):
            return binary(op, of(a), of(b), clock)
        case t.IsNull(x, negated):
            return (of(x) is None) != negated
        case t.In(x, options, negated):
            found = _contained(of(x), [of(o) for o in options], clock)
            return negate(found) if negated else found
        case t.Between(x, low, high):
            value = of(x)
            above = binary(">=", value, of(low), clock)
            return binary("and", above, binary("<=", value, of(high), clock), clock)
        case t.Within(event, window, anchor):
            return _within(of(event), window, of(anchor), clock)
        case t.Case(branches, otherwise):
            # Every branch is worked out: which rows a question looks at does not hang on a value.
            values = [(of(c), of(v)) for c, v in branches]
            last = None if otherwise is None else of(otherwise)
            return next((v for c, v in values if c is True), last)
        case t.Call("truncate", (x, t.Name((unit,)))):
            moment = of(x)
            return None if moment is None else _truncate(_moment(moment), unit, clock)
        case t.Call(name, arguments):
            return call(name, [of(a) for a in arguments], clock)
        case _:
            return leaf(expr)


def negate(x: Value) -> Value:
    return None if x is None else not x


def minus(x: Value) -> Value:
    return None if x is None else -_number(x)


def binary(op: str, a: Value, b: Value, clock: Clock) -> Value:
    """Three-valued logic as in SQL; every other operator is null where a side is."""
    if op == "and":
        return False if a is False or b is False else None if a is None or b is None else True
    if op == "or":
        return True if a is True or b is True else None if a is None or b is None else False
    if a is None or b is None:
        return None
    if op == "like":
        return _like(str(a), str(b))
    if op in _ORDER:
        return _ORDER[op](*_comparable(a, b, clock))
    return _known(_ARITHMETIC[op](*_alike(_number(a), _number(b))))


def _divide(a: Number, b: Number) -> Number | None:
    return None if b == 0 else float(Fraction(a) / Fraction(b))


def _power(a: Number, b: Number) -> Number | None:
    try:
        found = float(a) ** float(b)
    except (OverflowError, ZeroDivisionError):
        return None
    return None if isinstance(found, complex) else found


_ARITHMETIC: dict[str, Callable[[Number, Number], Number | None]] = {
    "+": lambda a, b: a + b,  # type: ignore[operator] # made alike before
    "-": lambda a, b: a - b,  # type: ignore[operator] # made alike before
    "*": lambda a, b: a * b,  # type: ignore[operator] # made alike before
    "/": _divide,
    "^": _power,
}
_ORDER: dict[str, Callable[[object, object], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator] # made comparable before
    "<=": lambda a, b: a <= b,  # type: ignore[operator] # made comparable before
    ">": lambda a, b: a > b,  # type: ignore[operator] # made comparable before
    ">=": lambda a, b: a >= b,  # type: ignore[operator] # made comparable before
}


def _alike(a: Number, b: Number) -> tuple[Number, Number]:
    if isinstance(a, float) or isinstance(b, float):
        return float(a), float(b)
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        return Decimal(a), Decimal(b)
    return a, b


def _comparable(a: Value, b: Value, clock: Clock) -> tuple[object, object]:
    if isinstance(a, dt.date) and isinstance(b, dt.date):
        if isinstance(a, dt.datetime) or isinstance(b, dt.datetime):
            return clock.moment(a), clock.moment(b)
        return a, b
    if isinstance(a, str | bool):
        return a, b
    return _alike(_number(a), _number(b))


def _contained(x: Value, options: list[Value], clock: Clock) -> Value:
    found: Value = False
    for option in options:
        found = binary("or", found, binary("=", x, option, clock), clock)
    return found


def _within(event: Value, window: t.Duration, anchor: Value, clock: Clock) -> Value:
    """`a <= b and b <= a + 30 days`, both ends in."""
    if event is None or anchor is None:
        return None
    after = binary("<=", anchor, event, clock)
    latest = clock.plus(_moment(anchor), window, 1)
    return binary("and", after, binary("<=", event, latest, clock), clock)


def _like(text: str, pattern: str) -> bool:
    parts = {"%": ".*", "_": "."}
    expression = "".join(parts.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _number(x: Value) -> Number:
    return cast("Number", x)


def _moment(x: Value) -> dt.date | dt.datetime:
    return cast("dt.date | dt.datetime", x)


def _known(x: Number | None) -> Number | None:
    """No infinity, no NaN."""
    return None if isinstance(x, float) and not math.isfinite(x) else x


# functions ------------------------------------------------------------------------------------


def call(name: str, values: list[Value], clock: Clock) -> Value:
    """A scalar function of evaluated arguments."""
    known: list[Value] = [v for v in values if v is not None]
    match name:
        case "if":
            return values[1] if values[0] is True else values[2]
        case "coalesce":
            return known[0] if known else None
        case "nullif":
            same = binary("=", values[0], values[1], clock)
            return None if same is True else values[0]
        case "least" | "greatest":
            return _extreme(name, known, clock)
    if len(known) < len(values):
        return None
    if name in _ELAPSED:
        return _elapsed(name, _moment(values[0]), _moment(values[1]), clock)
    if name in _PARTS:
        return _PARTS[name](_local(_moment(values[0]), clock))
    if name in _TEXT:
        return _TEXT[name](*(str(v) for v in values))
    return _known(_MATH[name](*(_number(v) for v in values)))


def _extreme(name: str, known: list[Value], clock: Clock) -> Value:
    if not known:
        return None
    best = known[0]
    for value in known[1:]:
        if binary("<" if name == "least" else ">", value, best, clock):
            best = value
    return best


def _round(x: Number, places: Number = 0) -> Number:
    """Half away from zero, of the number as it is written: 1.005 is a half, its float is less."""
    step = Decimal(1).scaleb(-int(places))
    written = Decimal(repr(x) if isinstance(x, float) else x)
    rounded = written.quantize(step, ROUND_HALF_UP, Context(prec=400))
    return type(x)(rounded)


def _mod(a: Number, b: Number) -> Number | None:
    """The remainder, with the sign of the divisor; the page does not say which."""
    if b == 0:
        return None
    a, b = _alike(a, b)
    remainder = Fraction(a) - Fraction(b) * (Fraction(a) // Fraction(b))
    return type(a)(remainder) if isinstance(a, int | float) else _decimal(remainder)


def _decimal(x: Fraction) -> Decimal:
    return Decimal(x.numerator) / Decimal(x.denominator)


def _or_null(f: Callable[[float], float]) -> Callable[[Number], Number | None]:
    def safe(x: Number) -> Number | None:
        try:
            return f(float(x))
        except (ValueError, OverflowError):
            return None

    return safe


_MATH: dict[str, Callable[..., Number | None]] = {
    "abs": abs,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
    "mod": _mod,
    "sqrt": _or_null(math.sqrt),
    "ln": _or_null(math.log),
    "log10": _or_null(math.log10),
    "exp": _or_null(math.exp),
}
_TEXT: dict[str, Callable[..., Value]] = {
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "length": len,
    "contains": lambda a, b: b in a,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "matches": lambda a, b: re.search(b, a) is not None,
    "replace": str.replace,
    "concat": lambda *parts: "".join(parts),
}
_PARTS: dict[str, Callable[[dt.datetime], Value]] = {
    "year": lambda x: x.year,
    "quarter": lambda x: (x.month + 2) // 3,
    "month": lambda x: x.month,
    "week": lambda x: x.isocalendar().week,
    "day": lambda x: x.day,
    "weekday": lambda x: x.isoweekday(),
    "hour": lambda x: x.hour,
    "date": lambda x: x.date(),
}
_ELAPSED = {
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86400,
    "weeks": 7 * 86400,
    "months": 0,
    "years": 0,
}


def _local(x: dt.date | dt.datetime, clock: Clock) -> dt.datetime:
    """The wall clock of the book's zone: the parts of a timestamp are those of its period."""
    if isinstance(x, dt.datetime):
        return clock.local(x)
    return dt.datetime.combine(x, dt.time())


def _truncate(x: dt.date | dt.datetime, unit: str, clock: Clock) -> Value:
    """The first day of the span that holds a time; a week begins as the book's weeks do."""
    return clock.floor(_local(x, clock).date(), unit)


def _elapsed(name: str, a: dt.date | dt.datetime, b: dt.date | dt.datetime, clock: Clock) -> Number:
    """Section 10: "`days(a, b)` is elapsed seconds / 86,400".

    Between two dates, which have no clock, days are whole whatever a zone's clocks did.
    """
    local_a, local_b = _local(a, clock), _local(b, clock)
    if name in {"months", "years"}:
        size = 1 if name == "months" else 12
        return _completed(local_a, local_b, size, clock)
    if isinstance(a, dt.datetime) or isinstance(b, dt.datetime):
        span = clock.moment(b) - clock.moment(a)
    else:
        span = local_b - local_a
    return float(Fraction(span // dt.timedelta(microseconds=1), 10**6 * _ELAPSED[name]))


def _completed(a: dt.datetime, b: dt.datetime, size: int, clock: Clock) -> int:
    """The most months that can be added to the earlier one without passing the later one."""
    if b < a:
        return -_completed(b, a, size, clock)
    count = (b.year * 12 + b.month - a.year * 12 - a.month) // size + 1
    while clock.add(a, count * size, "month") > b:
        count -= 1
    return count
