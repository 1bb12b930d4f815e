"""A number taken apart: every part's value, and the rows behind it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.book import Book

BOOK = """
as_of: 2024-04-01
sources:
  deals: {time: day, dimensions: [region]}
metrics:
  won: {formula: count(deals where won)}
  rate: {formula: won / count(deals)}
  change: {formula: rate - prior(rate)}
  pace: {formula: won / elapsed()}
"""
DEALS = pl.DataFrame(
    {
        "day": [dt.date(2024, m, d) for m, d in ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 4))],
        "won": [True, False, True, True, True, False],
        "region": ["a", "a", "a", "b", "b", "b"],
    }
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "tallybook.yml").write_text(BOOK, encoding="utf-8")
    return open_book(tmp_path, sources={"deals": DEALS})


def test_parts_of_a_ratio(book: Book) -> None:
    assert book.explain("rate", "2024-02").splitlines() == [
        "won / count(deals) = 0.75",
        "├─ won = 3",
        "│  └─ count(deals where deals.won) = 3   (3 rows of deals)",
        "└─ count(deals) = 4   (4 rows of deals)",
    ]


def test_the_share_of_the_period_is_a_part(book: Book) -> None:
    assert book.explain("pace", "2024-01-02/2024-06-29").splitlines() == [
        "won / elapsed() = 6",
        "├─ won = 3",
        "│  └─ count(deals where deals.won) = 3   (3 rows of deals)",
        "└─ elapsed() = 0.5",
    ]


def test_parts_stand_in_their_context(book: Book) -> None:
    lines = book.explain("change", "2024-02").splitlines()
    assert lines[0] == "rate - prior(rate) = 0.25"
    assert "└─ prior(rate) = 0.5" in lines
    assert lines[-1].strip() == "└─ count(deals) = 2   (2 rows of deals)"


def test_a_condition_goes_into_every_part(book: Book) -> None:
    lines = book.explain("rate", "2024-02-01/2024-02-29", where='region = "a"').splitlines()
    assert lines[0] == "won / count(deals) = 1"
    assert lines[-1] == "└─ count(deals) = 1   (1 row of deals)"


def test_a_period_that_is_none_is_told(book: Book) -> None:
    with pytest.raises(BookError, match="`May` is not a period"):
        book.explain("rate", "May")


def test_the_rows_behind_a_number(book: Book) -> None:
    rows = book.rows_behind("rate", "2024-02")["deals"]
    counted = rows.group_by("part").len().sort("part").rows()
    assert counted == [("count(deals where deals.won)", 3), ("count(deals)", 4)]
    assert rows.columns == ["part", "day", "won", "region"]
    assert rows.filter(part="count(deals where deals.won)")["won"].all()


def test_the_rows_behind_an_earlier_number(book: Book) -> None:
    rows = book.rows_behind("change", "2024-02")["deals"]
    assert sorted(rows["day"].dt.month().unique()) == [1, 2]
