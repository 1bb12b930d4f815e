"""Judging: status, change, and tables whose rows are answers of their own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tallybook.book import open_book
from tallybook.declare.model import Localized
from tallybook.judge.model import Breakdown, Status, Tile, TileGroup, Trend, Verdict
from tallybook.judge.rating import Bands, Direction, bands, read_limit, status, verdict
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [
        (101, "higher", Status.ON_TRACK),
        (95, "higher", Status.ON_TRACK),
        (94.9, "higher", Status.WATCH),
        (85, "higher", Status.WATCH),
        (84.9, "higher", Status.OFF_TRACK),
        (99, "lower", Status.ON_TRACK),
        (105, "lower", Status.ON_TRACK),
        (106, "lower", Status.WATCH),
        (116, "lower", Status.OFF_TRACK),
        (50, "neutral", Status.NO_TARGET),
        (None, "higher", Status.NO_DATA),
    ],
)
def test_status_by_distance_from_a_target_of_100(
    value: float | None, direction: Direction, expected: Status
) -> None:
    assert status(value, 100, None, direction, Bands()) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [(18, "on_track"), (22, "on_track"), (23, "on_track"), (25, "watch")]
)
def test_status_in_a_range(value: float, expected: str) -> None:
    assert status(value, None, (18, 22), "range", Bands()).value == expected


def test_a_target_of_zero_has_no_shares() -> None:
    assert status(3, 0, None, "lower", Bands()) is Status.NO_TARGET
    values = Bands(good_when=read_limit("<= 0"), watch_when=read_limit("<= 3"))
    assert status(0, 0, None, "lower", values) is Status.ON_TRACK
    assert status(3, 0, None, "lower", values) is Status.WATCH
    assert status(4, 0, None, "lower", values) is Status.OFF_TRACK


def test_a_negative_target_is_missed_downwards() -> None:
    assert status(-90, -100, None, "higher", Bands()) is Status.ON_TRACK
    assert status(-110, -100, None, "higher", Bands()) is Status.WATCH


def test_bands_of_the_book_stand_in_for_the_metric() -> None:
    assert bands(None, None) == Bands(0.05, 0.15)


def test_limits_are_read() -> None:
    limit = read_limit(">= 25%")
    assert limit is not None
    assert limit.holds(0.25)
    assert not limit.holds(0.2)
    assert read_limit("about 25") is None


@pytest.mark.parametrize(
    ("value", "then", "direction", "expected"),
    [
        (110, 100, "higher", Verdict.BETTER),
        (90, 100, "higher", Verdict.WORSE),
        (90, 100, "lower", Verdict.BETTER),
        (100.4, 100, "higher", Verdict.NO_CHANGE),
        (90, 100, "neutral", Verdict.NEUTRAL),
        (None, 100, "higher", Verdict.UNKNOWN),
        (1, 0, "higher", Verdict.BETTER),
    ],
)
def test_changes(value: float | None, then: float, direction: Direction, expected: Verdict) -> None:
    assert verdict(value, then, direction, None) is expected


LEADS = pl.DataFrame(
    {
        "channel": ["a"] * 10 + ["b"] * 5 + ["c"] * 3 + ["d"] + [None],
        "day": [dt.date(2024, 1, 1 + i) for i in range(20)],
    }
)
BOOK = """
name: Shares
as_of: 2024-02-01
sources:
  leads: {time: day, dimensions: [channel]}
metrics:
  all_leads: {formula: count(leads), better: higher, target: 21}
  share: {formula: all_leads / total(all_leads), unit: percent}
  share_over: {formula: all_leads / total(all_leads over channel), unit: percent}
  email_rate: {formula: count(leads where channel = "d") / count(leads), min_sample: 30}
scorecards:
  page:
    sections:
      - {tiles: [all_leads, email_rate]}
      - {table: [all_leads, share, share_over], by: channel, top: 2, rest: true}
"""


def _built(folder: Path, text: str = BOOK) -> tuple[object, ...]:
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    book = open_book(folder, sources={"leads": LEADS})
    return book.scorecard("page").build(now=dt.datetime(2024, 2, 2, tzinfo=dt.UTC)).card.sections


def test_all_others_are_a_member_like_any_other(tmp_path: Path) -> None:
    _, table = _built(tmp_path)
    assert isinstance(table, Breakdown)
    found = [(r.kind, r.member, *(c.value for c in r.cells)) for r in table.rows]
    assert found == [
        ("member", "a", 10, 0.5, 0.5),
        ("member", "b", 5, 0.25, 0.25),
        ("rest", None, 5, 0.25, 0.25),
        ("total", None, 20, 1.0, 1.0),
    ]


def test_tiles_are_judged(tmp_path: Path) -> None:
    group, _ = _built(tmp_path)
    assert isinstance(group, TileGroup)
    leads, rate = group.tiles
    assert (leads.value, leads.target, leads.status) == (20, 21, Status.ON_TRACK)
    assert leads.target_distance == pytest.approx(-1 / 21)
    assert (rate.status, rate.sample) == (Status.TOO_FEW, 20)


def test_the_cases_behind_a_run_rate_are_those_of_what_is_so_far(tmp_path: Path) -> None:
    pace = BOOK.replace(
        'count(leads where channel = "d") / count(leads)', "count(leads) / elapsed()"
    )
    group, _ = _built(tmp_path, pace)
    assert isinstance(group, TileGroup)
    assert (group.tiles[1].status, group.tiles[1].sample) == (Status.TOO_FEW, 20)


def test_a_breakdown_that_cannot_be_is_told_at_its_place(tmp_path: Path) -> None:
    wrong = BOOK.replace("by: channel, top", "by: chanel, top").replace("tiles: [all", "tiles: [al")
    with pytest.raises(BookError) as told:
        _built(tmp_path, wrong)
    places = [
        d.span.where().rpartition("tallybook.yml:")[2] for d in told.value.diagnostics if d.span
    ]
    assert [d.help for d in told.value.diagnostics] == [
        "did you mean `all_leads`?",
        "did you mean `channel`?",
    ]
    assert places == ["14:18", "15:53"]


MONTHS = pl.DataFrame(
    {
        "lead_id": range(24),
        "day": [dt.date(2024, 1 + i // 10, 1 + i % 10) for i in range(24)],
    }
)
TRIALS = pl.DataFrame({"lead_id": [1, 2], "day": [dt.date(2024, 1, 5), dt.date(2024, 1, 20)]})
STEERED = """
as_of: AS_OF
sources: {leads: {time: day, key: lead_id}, trials: {time: day}}
annotations:
  - {date: 2024-02-02, text: Fair}
  - {date: 2024-01-09, text: New site, metrics: [leads]}
  - {date: 2024-01-10, text: Price list, metrics: [flattery]}
  - {date: 2020-01-10, text: Long ago}
metrics:
  leads: {formula: count(leads), better: higher, target: 10, advice: Look, status: {watch: 10%}}
  flattery: {formula: count(leads) * 1000, vanity: it only grows, target: 1e9, better: higher}
  size: {formula: avg(leads.lead_id), target: 100, better: lower}
  tried: {formula: conversion(leads -> trials by lead_id within 30 days), unit: percent}
  cohort: {formula: count(leads), measures: cohort}
scorecards:
  page:
    period: PERIOD
    compare: [year_ago]
    sections: [{tiles: [flattery, leads, size, tried, cohort]}, {trend: leads, last: 3 months}]
"""


def _tiles(folder: Path, period: str, as_of: str, compare: str = "[year_ago]") -> dict[str, Tile]:
    text = STEERED.replace("PERIOD", period).replace("AS_OF", as_of)
    text = text.replace("[year_ago]", compare)
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    book = open_book(folder, sources={"leads": MONTHS, "trials": TRIALS})
    group = book.scorecard("page").build(now=dt.datetime(2024, 5, 1, tzinfo=dt.UTC)).card
    assert isinstance(group.sections[0], TileGroup)
    return {t.metric.name: t for t in group.sections[0].tiles}


def test_the_status_before_is_told_even_where_the_period_before_is_not_compared(
    tmp_path: Path,
) -> None:
    leads = _tiles(tmp_path, "2024-03", "2024-05-01")["leads"]
    assert [c.kind for c in leads.changes] == ["year_ago"]
    assert (leads.status, leads.status_before) == (Status.OFF_TRACK, Status.ON_TRACK)


@pytest.mark.parametrize(
    ("period", "compare", "told"),
    [
        ("2024", "[previous, year_ago]", ["previous"]),
        ("2024", "[year_ago]", ["year_ago"]),
        ("FY2024", "[previous, year_ago]", ["previous"]),
        ("this year", "[previous, year_ago]", ["previous"]),
        ("2024-02", "[previous, year_ago]", ["previous", "year_ago"]),
        ("year to date", "[previous, year_ago]", ["previous"]),
    ],
)
def test_the_year_before_is_compared_with_once(
    tmp_path: Path, period: str, compare: str, told: list[str]
) -> None:
    leads = _tiles(tmp_path, period, "2024-05-01", compare)["leads"]
    assert [c.kind for c in leads.changes] == told


def test_vanity_is_last_in_its_group_and_asks_for_no_attention(tmp_path: Path) -> None:
    tiles = _tiles(tmp_path, "2024-03", "2024-05-01")
    assert list(tiles) == ["leads", "size", "tried", "cohort", "flattery"]
    assert tiles["flattery"].vanity == Localized("it only grows")
    assert tiles["flattery"].status is Status.OFF_TRACK
    text = (tmp_path / "tallybook.yml").read_text("utf-8")
    book = open_book(tmp_path, sources={"leads": MONTHS, "trials": TRIALS})
    card = book.scorecard("page").build(now=dt.datetime(2024, 5, 1, tzinfo=dt.UTC)).card
    assert "flattery" in text
    assert card.attention == ("leads",)


def test_advice_is_for_missed_targets(tmp_path: Path) -> None:
    assert _tiles(tmp_path, "2024-02", "2024-05-01")["leads"].advice is None
    assert _tiles(tmp_path, "2024-03", "2024-05-01")["leads"].advice is not None


@pytest.mark.parametrize(
    ("as_of", "tried", "cohort"),
    [
        ("2024-03-01", Status.MATURING, Status.NO_TARGET),
        ("2024-03-30", Status.MATURING, Status.NO_TARGET),
        ("2024-03-31", Status.NO_TARGET, Status.NO_TARGET),
        ("2024-02-20", Status.MATURING, Status.MATURING),
    ],
)
def test_a_cohort_matures_until_its_time_has_passed(
    tmp_path: Path, as_of: str, tried: Status, cohort: Status
) -> None:
    tiles = _tiles(tmp_path, "2024-02", as_of)
    assert (tiles["tried"].status, tiles["cohort"].status) == (tried, cohort)


def test_a_sum_is_held_to_what_is_due_by_now_and_an_average_to_all(tmp_path: Path) -> None:
    tiles = _tiles(tmp_path, "2024-04", "2024-04-16")
    assert (tiles["leads"].target, tiles["leads"].target_whole) == (5, 10)
    assert (tiles["size"].target, tiles["size"].target_whole) == (100, None)
    # Half of March had 4 of the 4.8 due by then.
    assert tiles["leads"].status_before is Status.WATCH


def test_a_trend_tells_what_happened_in_its_time_to_its_metric(tmp_path: Path) -> None:
    _tiles(tmp_path, "2024-03", "2024-05-01")
    book = open_book(tmp_path, sources={"leads": MONTHS, "trials": TRIALS})
    trend = (
        book.scorecard("page").build(now=dt.datetime(2024, 5, 1, tzinfo=dt.UTC)).card.sections[1]
    )
    assert isinstance(trend, Trend)
    assert [e.text.default for e in trend.events] == ["New site", "Fair"]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{trend: all_leads, last: 13 monthz}", "expected a number of periods, found `13 monthz`"),
        ("{tiles: [all_goods]}", "nothing says when a row of `goods` was"),
    ],
)
def test_a_section_that_cannot_be_is_told(tmp_path: Path, section: str, message: str) -> None:
    text = BOOK.replace("{tiles: [all_leads, email_rate]}", section)
    text = text.replace("sources:\n", "sources:\n  goods: {}\n")
    text = text.replace("metrics:\n", "metrics:\n  all_goods: {formula: count(goods)}\n")
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    goods = pl.DataFrame({"name": ["a"]})
    with pytest.raises(BookError, match=message) as told:
        open_book(tmp_path, sources={"leads": LEADS, "goods": goods})
    assert len(told.value.diagnostics) == 1


def test_rows_that_nothing_places_in_time_are_in_no_period(tmp_path: Path) -> None:
    text = "sources: {goods: {}}\nmetrics: {all_goods: {formula: count(goods)}}\n"
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    book = open_book(tmp_path, sources={"goods": pl.DataFrame({"name": ["a", "b"]})})
    assert book.query("all_goods")["all_goods"].item() == 2
    with pytest.raises(BookError, match="nothing says when a row of `goods` was"):
        book.query("all_goods", grain="month")


def test_whole_numbers_stay_whole(tmp_path: Path) -> None:
    text = "sources: {goods: {}}\nmetrics: {twice: {formula: count(goods) * 2}}\n"
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    book = open_book(tmp_path, sources={"goods": pl.DataFrame({"name": ["a", "b"]})})
    assert book.query("twice").schema["twice"] == pl.Int64
