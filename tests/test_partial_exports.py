"""A library over exports that have only some of its tables, and some of their columns."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tallybook.book import Book, open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

LEADS = pl.DataFrame(
    {
        "lead_id": ["1", "2", "3"],
        "created_at": [dt.datetime(2024, 6, d) for d in (1, 2, 3)],
        "channel": ["email", "email", "paid_search"],
    }
)


def _book(folder: Path, more: str = "") -> Book:
    text = f"library: [b2b_marketing]\nas_of: 2024-07-01\ncurrency: EUR\n{more}"
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    return open_book(folder, sources={"leads": LEADS})


def test_what_the_columns_suffice_for_is_there(tmp_path: Path) -> None:
    book = _book(tmp_path)
    assert book.query("leads", by="channel")["leads"].to_list() == [2, 1]
    assert book.checked.metrics["mqls"].lacks == {"leads.mql_at"}
    with pytest.raises(BookError, match=r"`mqls` is not available: .*`leads.mql_at`"):
        book.query("mqls")


def test_a_column_that_the_book_itself_names_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="has no column `Qualified`"):
        _book(tmp_path, "sources: {leads: {columns: {mql_at: {from: Qualified}}}}\n")


def test_pages_show_what_there_is(tmp_path: Path) -> None:
    book = _book(tmp_path)
    for name in book.scorecards:
        assert book.scorecard(name).build().to_html().startswith("<!doctype html>")
    assert book.check_data() == ()


@pytest.mark.parametrize(
    ("metric", "by", "advice"),
    [
        ("mqls", (), "name one: `sources: {leads: {columns: {mql_at: {from: …}}}}`"),
        ("ad_spend", (), "put a file there: `sources: {ad_stats: {path: …}}`"),
        ("leads", "region", "name one: `sources: {leads: {columns: {region: {from: …}}}}`"),
        ("leads", "campaign", "the data of `leads` lacks what `campaign` is made of"),
        ("leads", "chanel", "did you mean `channel`?"),
    ],
)
def test_advice_says_what_is_lacking(
    metric: str, by: str | tuple[str, ...], advice: str, tmp_path: Path
) -> None:
    with pytest.raises(BookError) as told:
        _book(tmp_path).query(metric, by=by)
    assert advice in (told.value.diagnostics[0].help or "")
