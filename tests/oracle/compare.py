"""When two values of a cell are the same."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from oracle.schema import Value


def same(left: Value, right: Value, zone: str = "UTC", *, within: float = 1e-9) -> bool:
    """Floats to a relative 1e-9, whatever the other is; times as instants; all else exactly.

    Sums of floats may differ by their order, so values near zero are compared absolutely.
    """
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float | Decimal) and isinstance(right, int | float | Decimal):
        if not isinstance(left, float) and not isinstance(right, float):
            return left == right
        return math.isclose(left, right, rel_tol=within, abs_tol=within)
    if isinstance(left, dt.date) and isinstance(right, dt.date):
        return _local(left, zone) == _local(right, zone)
    return left == right


def _local(value: dt.date, zone: str) -> dt.datetime:
    """A naive time is of the zone itself, a day its midnight."""
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value if value.tzinfo is None else value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
