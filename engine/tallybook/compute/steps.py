"""Which of some intervals a time falls in, found by a table and not by searching.

A time's number of days (hours, quarters of an hour: the longest step on which the edges lie) is
looked up in a table. That is elementwise, so rows stream through; a binary search per row is slower
and makes the engine hold the whole column in memory.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

_MICROSECONDS = (86_400_000_000, 3_600_000_000, 900_000_000)
_DAYS = (1,)
_LONGEST = 1_000_000  # entries of a table
_MOST_ODD = 3  # edges that are compared with one by one, being on no step


@dataclass(frozen=True, slots=True)
class Steps:
    """A step, the number of the first one in the table, and the edges that lie on no step."""

    unit: int
    first: int
    length: int
    on: tuple[int, ...]  # edges, in steps
    odd: tuple[int, ...]  # edges, in units of time

    def passed(self) -> list[int]:
        """For each entry of the table, how many of the edges on steps lie at or before it."""
        return [bisect_right(self.on, self.first + at) for at in range(self.length)]


def steps(edges: Sequence[int], *, days: bool) -> Steps | None:
    """The longest step for ordered edges, in microseconds or days; None where none is short."""
    for unit in _DAYS if days else _MICROSECONDS:
        on = tuple(e // unit for e in edges if e % unit == 0)
        odd = tuple(e for e in edges if e % unit)
        if len(odd) > _MOST_ODD:
            continue
        first = on[0] - 1 if on else 0
        length = on[-1] - first + 1 if on else 1
        if length <= _LONGEST:
            return Steps(unit, first, length, on, odd)
    return None


def edges_passed(
    time: pl.Expr, edges: pl.Series, named: Sequence[int | None] | None = None
) -> pl.Expr:
    """How many of the ordered edges lie at or before a time; with `named`, that number's name.

    Times and edges are both dates, or both datetimes.
    """
    names = pl.Series(named, dtype=pl.Int32) if named is not None else None
    found = steps(edges.to_physical().to_list(), days=edges.dtype == pl.Date)
    if edges.is_empty() or found is None:
        searched = pl.lit(edges).search_sorted(time, side="right").cast(pl.Int32)
        passed = pl.lit(0, pl.Int32) if edges.is_empty() else searched
        return passed if names is None else pl.lit(names).gather(passed)
    number = time.cast(pl.Int32).cast(pl.Int64) if edges.dtype == pl.Date else time.cast(pl.Int64)
    step = number if found.unit == 1 else number // found.unit
    table = pl.Series(found.passed(), dtype=pl.Int32)
    if names is not None and not found.odd:
        table = names.gather(table)
    passed = pl.lit(table).gather((step - found.first).clip(0, found.length - 1))
    for edge in found.odd:
        passed = passed + (number >= edge).cast(pl.Int32)
    return pl.lit(names).gather(passed) if names is not None and found.odd else passed
