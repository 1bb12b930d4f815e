"""Lengths of time as Polars writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.parse.lengths import read_length

if TYPE_CHECKING:
    from tallybook.declare.model import Text

_STEPS = {
    "second": "s",
    "minute": "m",
    "hour": "h",
    "day": "d",
    "week": "w",
    "month": "mo",
    "quarter": "q",
    "year": "y",
}


def step(amount: int, unit: str) -> str:
    """`28 days` as `28d`."""
    return f"{amount}{_STEPS[unit]}"


def duration_of(text: Text | None) -> str | None:
    """A declared length (`35 days`), or None where none is said."""
    length = read_length(text.value) if text else None
    return step(length.amount, length.unit) if length else None
