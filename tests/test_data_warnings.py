"""What a page says about its data, and what it does not show because of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

import scorecards
from tallybook.book import open_book
from tallybook.judge.model import Breakdown, Scorecard, Status, TileGroup, Trend
from tallybook.present.language import language
from tallybook.present.messages import available
from tallybook.present.warnings import warning
from tallybook.sample import generate

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.judge.model import DataWarning

LEADS = pl.DataFrame(
    {
        "lead_id": range(6),
        "day": [dt.date(2024, 1, d) for d in (3, 9, 20, 30)] + [dt.date(2024, 2, 1)] * 2,
        "channel": ["a", None, None, "b", None, "a"],
        "account_id": [1, 9, None, 2, 9, 1],
    }
)
ACCOUNTS = pl.DataFrame({"account_id": [1, 2], "country": ["DE", None]})
BOOK = """
as_of: 2024-02-10
timezone: UTC
sources:
  leads:
    label: New leads
    time: day
    fresh_within: FRESH
    dimensions: [channel, {country: account.country}]
    links: {account: {to: accounts, on: account_id}}
  accounts: {key: account_id, label: Accounts}
metrics:
  leads: {formula: count(leads), better: higher, target: 3}
  german: {formula: 'count(leads where account.country = "DE")'}
scorecards:
  page:
    period: 2024-01
    sections:
      - {tiles: [leads, german]}
      - {trend: leads}
      - {table: [leads], by: channel}
      - {table: [leads], by: country}
"""


def page(folder: Path, fresh: str = "1 year", leads: pl.DataFrame = LEADS) -> Scorecard:
    (folder / "tallybook.yml").write_text(BOOK.replace("FRESH", fresh), encoding="utf-8")
    book = open_book(folder, sources={"leads": leads, "accounts": ACCOUNTS})
    return book.scorecard("page").build(now=dt.datetime(2024, 2, 10, tzinfo=dt.UTC)).card


def said(card: Scorecard, tag: str = "en") -> list[str]:
    return [warning(w, card, language(tag)) for w in card.warnings]


def test_a_source_is_listed_once_with_all_that_its_rows_lack(tmp_path: Path) -> None:
    assert said(page(tmp_path)) == [
        (
            "New leads: rows without a value, counted as “Not given”: "
            "Channel 2 (50.0%) · Country 3 (75.0%)"
        ),
        "New leads: rows whose key is not found: Accounts 1 (25.0%)",
    ]


def test_a_source_that_is_new_enough_is_no_warning(tmp_path: Path) -> None:
    # The newest row is of the first of February; the day ends nine days before the tenth begins.
    assert not [w for w in page(tmp_path, "8 days").warnings if w.kind == "stale"]


def test_a_stale_source_shows_no_number_of_the_period(tmp_path: Path) -> None:
    card = page(tmp_path, "7 days")
    tiles, trend, by_channel, _ = card.sections
    assert said(card)[0] == (
        "New leads: newest row is 8 days old (limit: 7 days). Its metrics are shown as “No data”."
    )
    assert isinstance(tiles, TileGroup)
    assert [(t.value, t.status) for t in tiles.tiles] == [(None, Status.NO_DATA)] * 2
    assert isinstance(trend, Trend)
    assert trend.lines[0].points[-1].value is None
    assert trend.lines[0].points[-2].value == 0
    assert isinstance(by_channel, Breakdown)
    assert {c.value for row in by_channel.rows for c in row.cells} == {None}
    assert card.definitions[0].series[-1].value is None


def test_hours_count_from_the_newest_time(tmp_path: Path) -> None:
    at = pl.col("day").cast(pl.Datetime)
    hours = LEADS.with_columns(at.dt.offset_by("8d").dt.offset_by("20h"))
    assert page(tmp_path, "4 hours", hours).warnings[0].kind != "stale"
    assert said(page(tmp_path, "3 hours", hours))[0].startswith(
        "New leads: newest row is 4 hours old (limit: 3 hours)."
    )


def test_a_source_without_rows_is_stale(tmp_path: Path) -> None:
    assert said(page(tmp_path, "3 days", LEADS.clear()))[0] == (
        "New leads: there are no rows at all. Its metrics are shown as “No data”."
    )


def test_a_library_s_metrics_without_data_are_named(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_text(
        "library: [b2b_marketing]\ncurrency: EUR\nas_of: 2024-07-01\nscorecards:\n  page:\n"
        "    sections:\n      - {tiles: [leads, cpl, website_sessions]}\n"
        "      - {table: [leads, ad_spend], by: channel}\n",
        encoding="utf-8",
    )
    generate(tmp_path / "data", size=0.01, tables={"leads"}, format="parquet")
    card = open_book(tmp_path).scorecard("page").build().card
    unavailable = [w for w in card.warnings if w.kind == "unavailable"]
    assert [([s.name for s in w.sources], [m.name for m in w.metrics]) for w in unavailable] == [
        (["spend"], ["cpl"]),
        (["sessions"], ["website_sessions"]),
        (["ad_stats"], ["ad_spend"]),
    ]


@pytest.mark.parametrize("tag", available())
def test_every_language_names_all_that_a_warning_has(tag: str) -> None:
    speech = language(tag)

    def named(found: DataWarning) -> list[str]:
        infos = (*found.sources, *(g.of for g in found.gaps), *found.metrics, found.dimension)
        return [speech.own(i.label) for i in infos if i is not None]

    for found in scorecards.WARNINGS:
        text = warning(found, scorecards.marketing(), speech)
        assert named(found)
        assert all(name in text for name in named(found))
