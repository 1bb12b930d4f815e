"""What the benchmark asks of the engine, and what it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tallybook.ask.query import Query
from tallybook.book import open_book
from tallybook.compute.run import run

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.book import Book
    from tallybook.plan.model import Plan

START, END = "2023-12-01", "2024-12-31"
_FIRST_MONTH = 12  # as the hand-written queries count


@dataclass(frozen=True)
class Asked:
    """A book with a plan for its whole scorecard: every metric by month, by channel and in all."""

    book: Book
    plan: Plan


def asked(folder: Path, metrics: tuple[str, ...] = ()) -> Asked:
    """The plan for these metrics, or for all of the book."""
    book = open_book(folder)
    names = metrics or book.metrics
    by = Query(names, ("channel",), "month", START, END)
    total = Query(names, (), "month", START, END)
    return Asked(book, book.plan(by, total))


def answer(of: Asked) -> dict[str, pl.DataFrame]:
    """Both answers, `by` channel and `total`, with months counted as the others count them."""
    by, total = run(of.plan, of.book.reader)
    month = (pl.col("$window") + _FIRST_MONTH).alias("month")
    return {
        "by": by.frame.select(month, pl.exclude("$window")),
        "total": total.frame.select(month, pl.exclude("$window")),
    }


def differences(
    one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame], within: float = 1e-9
) -> list[str]:
    """Where two sets of answers differ by more than that share."""
    found = []
    for which, left in one.items():
        right = other[which].select(left.columns)
        if left.height != right.height:
            found.append(f"{which}: {left.height} rows, not {right.height}")
            continue
        found.extend(f"{which}.{c}" for c in left.columns if _differs(left[c], right[c], within))
    return found


def _differs(left: pl.Series, right: pl.Series, within: float) -> bool:
    if left.dtype == pl.String:
        return not left.equals(right)
    a, b = left.cast(pl.Float64), right.cast(pl.Float64)
    if not a.is_null().equals(b.is_null()):
        return True
    allowed = pl.Series([1.0] * len(a)).zip_with(a.abs().fill_null(0) < 1, a.abs()) * within
    return bool(((a - b).abs() > allowed).any())
