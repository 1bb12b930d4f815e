"""Days near the end of the calendar, where books keep what never ends."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tallybook.book import Book, open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.text.diagnostic import Diagnostic

_ROWS = "closes,at\n2024-05-01,2024-05-01 10:00:00\n9999-12-31,9999-12-31 23:59:59\n"
_ZONES = ["UTC", "Europe/London", "Asia/Tokyo", "America/New_York"]


def _book(folder: Path, formula: str, zone: str = "UTC") -> Book:
    (folder / "data").mkdir()
    (folder / "data" / "t.csv").write_text(_ROWS, encoding="utf-8")
    (folder / "tallybook.yml").write_text(
        f"timezone: {zone}\nsources:\n  t:\n    columns: {{closes: date, at: datetime}}\n"
        f"metrics:\n  m:\n    formula: {formula}\n",
        encoding="utf-8",
    )
    return open_book(folder)


def _refused(book: Book) -> Diagnostic:
    with pytest.raises(BookError) as raised:
        book.query("m")
    (found,) = raised.value.diagnostics
    assert found.rule.id == "overflow"
    return found


@pytest.mark.parametrize(
    ("formula", "day"),
    [
        ("max(t.closes + 30 days)", "+10000-01-30"),
        ("max(t.closes + 1 month)", "+10000-01-31"),
        ("max(t.at + 30 hours)", "+10000-01-02 05:59:59"),
        ("min(t.closes - 1000 years - 1000 years - 1000 years)", "-0976-05-01"),
    ],
)
def test_a_result_beyond_the_calendar_is_told_with_its_formula(
    formula: str, day: str, tmp_path: Path
) -> None:
    found = _refused(_book(tmp_path, formula))
    assert f"found `{day}" in found.message
    assert found.message.endswith("in `m`")
    assert found.span is not None
    assert found.span.text == formula


def test_a_day_beyond_the_calendar_can_be_compared_with(tmp_path: Path) -> None:
    book = _book(tmp_path, "count(t where closes + 30 days > 2024-06-15)")
    assert book.query("m")["m"].item() == 1


@pytest.mark.parametrize("zone", _ZONES)
def test_the_last_second_is_counted_in_every_zone(zone: str, tmp_path: Path) -> None:
    book = _book(tmp_path, "count(t where at > 2024-06-01)", zone)
    assert book.query("m")["m"].item() == 1


@pytest.mark.parametrize("zone", _ZONES)
def test_days_of_a_file_that_python_does_not_have_are_counted(zone: str, tmp_path: Path) -> None:
    days = pl.Series("at", [dt.datetime(2024, 5, 1), dt.datetime(9999, 12, 31)]).dt.offset_by("7d")
    frame = pl.DataFrame({"closes": days.dt.date(), "at": days})
    _book(tmp_path, "count(t where at > 2024-06-01)", zone)
    book = open_book(tmp_path, sources={"t": frame})
    assert book.query("m")["m"].item() == 1
