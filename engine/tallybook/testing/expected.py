"""What a test expects of a cell: whether it can be so, and whether it is."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tallybook.language.types import NUMBERS, TIMES, Type

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tallybook.declare.values import Datum

_RELATIVE = 1e-9
_ABSOLUTE = 1e-12  # sums of fractions that should be nothing are rarely quite that
_QUOTIENT = re.compile(r"\s*([-+]?[\d.]+)\s*/\s*([\d.]+)\s*")
_PERCENT = re.compile(r"\s*([-+]?[\d.]+)\s*%\s*")


def number(datum: Datum) -> Fraction | None:
    """The number that is meant: `12.5`, `25%` or `1/3`; None where it is none."""
    if isinstance(datum.value, bool) or datum.text is None:
        return None
    try:
        if not isinstance(datum.value, str):
            return Fraction(datum.text)
        if found := _QUOTIENT.fullmatch(datum.value):
            return Fraction(found[1]) / Fraction(found[2])
        if found := _PERCENT.fullmatch(datum.value):
            return Fraction(found[1]) / 100
    except (ValueError, ZeroDivisionError):
        pass
    return None


def can_be(datum: Datum, kind: Type) -> bool:
    """Whether a cell of that type can have the value."""
    if datum.value is None or kind in (Type.UNKNOWN, Type.NULL):
        return True
    if kind in NUMBERS:
        return number(datum) is not None
    if kind is Type.BOOLEAN:
        return isinstance(datum.value, bool)
    if kind in TIMES:
        return _moment(datum) is not None
    return True


def is_same(datum: Datum, found: object, zone: ZoneInfo) -> bool:
    """Whether a cell has the value: fractions to nine digits, everything else exactly."""
    match found:
        case None:
            return datum.value is None
        case bool():
            return datum.value is found
        case int() | Decimal():
            return number(datum) == Fraction(found)
        case float():
            wanted = number(datum)
            return wanted is not None and math.isclose(
                wanted, found, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE
            )
        case dt.datetime():
            return _instant(_moment(datum), zone) == _instant(found, zone)
        case dt.date():
            return _moment(datum) == dt.datetime.combine(found, dt.time())
        case _:
            return datum.text == str(found)


def _moment(datum: Datum) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(datum.text or "")
    except ValueError:
        return None


def _instant(moment: dt.datetime | None, zone: ZoneInfo) -> dt.datetime | None:
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
