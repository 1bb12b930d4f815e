"""Aggregate functions by section 3, on lists of Python values in the order of their rows."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from oracle.schema import IntegerOverflowError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oracle.schema import Value

_INT64 = 2**63


def fold(function: str, values: Sequence[Value], rows: int, second: Sequence[Value] = ()) -> Value:
    """One value for one cell.

    "No rows: `count`, `distinct` and `sum` give 0; every other aggregate gives null. Rows whose
    values are all null: `sum` is null too. Nulls are ignored by every aggregate."
    """
    known: list[Value] = [v for v in values if v is not None]
    match function:
        case "count":  # "of a condition the rows on which it is true"
            return sum(v is not False for v in known)
        case "distinct":
            return len(set(known))
        case "sum":
            return 0 if rows == 0 else total(known)
        case "weighted_avg":
            return _weighted(values, second)
        case "percentile":
            return _quantile(known, Fraction(str(second[0]))) if second else None
        case _:
            return _of_known(function, known) if known else None


def _of_known(function: str, known: list[Value]) -> Value:
    match function:
        case "min":
            return min(known)  # type: ignore[type-var] # one column, one type
        case "max":
            return max(known)  # type: ignore[type-var] # one column, one type
        case "first":
            return known[0]
        case "last":
            return known[-1]
        case "any":
            return any(known)
        case "all":
            return all(known)
        case "avg":
            return float(_exact(known) / len(known))
        case "median":
            return _quantile(known, Fraction(1, 2))
        case "stddev" | "variance":
            return _spread(function, known)
        case _:
            raise LookupError(function)


def total(known: list[Value]) -> Value:
    """ "Integer sums do not wrap: an overflow is an error"; decimals add exactly."""
    if not known:
        return None
    if any(isinstance(v, float) for v in known):
        return math.fsum(float(cast("float", v)) for v in known)
    if any(isinstance(v, Decimal) for v in known):
        return sum((cast("Decimal", v) for v in known), Decimal())
    added = sum(cast("int", v) for v in known)
    if not -_INT64 <= added < _INT64:
        raise IntegerOverflowError(added)
    return added


def _exact(known: list[Value]) -> Fraction:
    return sum((Fraction(cast("int", v)) for v in known), Fraction())


def _quantile(known: list[Value], p: Fraction) -> Value:
    """Linear interpolation between the two nearest ranks."""
    if not known:
        return None
    ordered = sorted(Fraction(cast("int", v)) for v in known)
    place = p * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def _spread(function: str, known: list[Value]) -> Value:
    """Of a sample: one value has none."""
    if len(known) < 2:
        return None
    mean = _exact(known) / len(known)
    squares = sum(((Fraction(cast("int", v)) - mean) ** 2 for v in known), Fraction())
    variance = float(squares / (len(known) - 1))
    return math.sqrt(variance) if function == "stddev" else variance


def _weighted(values: Sequence[Value], weights: Sequence[Value]) -> Value:
    """ "`weighted_avg` drops a row whose value or weight is null"."""
    pairs = [
        (Fraction(cast("int", v)), Fraction(cast("int", w)))
        for v, w in zip(values, weights, strict=True)
        if v is not None and w is not None
    ]
    weight = sum((w for _, w in pairs), Fraction())
    return float(sum((v * w for v, w in pairs), Fraction()) / weight) if weight else None
