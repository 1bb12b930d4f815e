"""Lengths of time as Polars writes them."""

from __future__ import annotations

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
