"""Calendars of a book's own: 4-4-5 weeks from a table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

BOOK = """
as_of: 2026-01-01
calendar: {from: periods.csv, period: week_445, start: starts_on, end: ends_on}
sources:
  orders: {time: day}
metrics:
  placed: {formula: count(orders)}
  before: {formula: prior(placed)}
  last_year: {formula: "prior(placed, 1 year)"}
"""
FIRST = dt.date(2023, 1, 30)


def _periods(years: int = 2) -> list[tuple[str, dt.date, dt.date]]:
    """Two years of 52 weeks, in quarters of four, four and five weeks."""
    found, start = [], FIRST
    for year in range(years):
        for number in range(12):
            weeks = 5 if number % 3 == 2 else 4
            last = start + dt.timedelta(days=7 * weeks - 1)
            found.append((f"{2023 + year}-P{number + 1:02}", start, last))
            start = last + dt.timedelta(days=1)
    return found


def _write(folder: Path, rows: list[tuple[str, dt.date, dt.date]], shift: int = 0) -> None:
    lines = [f"{name},{a},{b + dt.timedelta(days=shift)}" for name, a, b in rows]
    text = "\n".join(["week_445,starts_on,ends_on", *lines])
    (folder / "periods.csv").write_text(text, encoding="utf-8")
    (folder / "tallybook.yml").write_text(BOOK, encoding="utf-8")


ORDERS = pl.DataFrame({"day": [FIRST + dt.timedelta(days=i) for i in range(728)]})


@pytest.mark.parametrize("shift", [0, 1])
def test_periods_hold_their_days(tmp_path: Path, shift: int) -> None:
    _write(tmp_path, _periods(), shift)
    book = open_book(tmp_path, sources={"orders": ORDERS})
    found = book.query("placed", grain="week_445")
    assert found["period"].to_list() == [name for name, _, _ in _periods()]
    assert found["placed"].to_list() == [28, 28, 35] * 8
    assert not found["partial"].any()


def test_earlier_periods_are_the_calendar_s(tmp_path: Path) -> None:
    _write(tmp_path, _periods())
    book = open_book(tmp_path, sources={"orders": ORDERS})
    found = book.query(
        ["placed", "before", "last_year"],
        grain="week_445",
        start=dt.date(2024, 1, 29),
        end=dt.date(2024, 3, 24),
    )
    assert found.select("period", "placed", "before", "last_year").rows() == [
        ("2024-P01", 28, 35, 28),
        ("2024-P02", 28, 28, 28),
    ]


def test_a_day_beyond_the_calendar_is_told(tmp_path: Path) -> None:
    _write(tmp_path, _periods())
    book = open_book(tmp_path, sources={"orders": ORDERS})
    with pytest.raises(BookError, match="the calendar goes from 2023-01-30 to 2025-01-26"):
        book.query("placed", grain="week_445", start="2025-01-01", end="2025-03-31")
    with pytest.raises(BookError, match="the calendar goes from 2023-01-30 to 2025-01-26"):
        book.query("before", grain="week_445", start="2023-01-30", end="2023-02-26")


def test_gaps_are_refused(tmp_path: Path) -> None:
    rows = _periods()
    _write(tmp_path, [*rows[:3], *rows[4:]])
    with pytest.raises(BookError, match="must follow each other without gaps"):
        open_book(tmp_path, sources={"orders": ORDERS})
