"""Which of some intervals a time falls in, found by a table and not by searching.

A time's number of days (hours, quarters of an hour: the longest step on which the edges lie) is
looked up in a table. That is elementwise, so rows stream through; a binary search per row is slower
and makes the engine hold the whole column in memory.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.dtypes import INT32, INT64
from tallybook.dataclass import dataclass

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


@lru_cache(maxsize=16)  # the queries of a plan ask the same few
def _table(of: Steps, names: tuple[int | None, ...]) -> pl.Series:
    """For each entry, the name of how many of the edges on steps lie at or before it."""
    table: list[int | None] = []
    for count, start in enumerate((of.first, *of.on)):
        end = of.on[count] if count < len(of.on) else of.first + of.length
        table.extend([names[count]] * (end - start))
    return pl.Series(table, dtype=pl.Int32)


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
    time: pl.Expr, edges: Sequence[int], dtype: pl.DataType, named: Sequence[int | None] | None
) -> pl.Expr:
    """How many of the ordered edges lie at or before a time; with `named`, that number's name.

    Edges are days or microseconds since 1970, as `dtype` counts, which is that of the time.
    """
    found = steps(edges, days=dtype == pl.Date)
    if not edges:
        return pl.lit(0 if named is None else named[0], pl.Int32)
    if found is None:
        values = pl.Series(edges, dtype=pl.Int64).cast(dtype)
        return _named(pl.lit(values).search_sorted(time, side="right").cast(INT32), named)
    number = time.cast(INT32).cast(INT64) if dtype == pl.Date else time.cast(INT64)
    step = number if found.unit == 1 else number // found.unit
    at_once = named is not None and not found.odd
    names = tuple(named) if named is not None and at_once else tuple(range(len(found.on) + 1))
    passed = pl.lit(_table(found, names)).gather((step - found.first).clip(0, found.length - 1))
    if at_once:
        return passed
    for edge in found.odd:
        passed = passed + (number >= edge).cast(INT32)
    return _named(passed, named)


def _named(number: pl.Expr, names: Sequence[int | None] | None) -> pl.Expr:
    return number if names is None else pl.lit(pl.Series(names, dtype=pl.Int32)).gather(number)
