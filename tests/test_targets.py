"""Targets from a table: the span that holds, spread over days, and what is due so far."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallybook.book import open_book
from tallybook.calendar.model import Period, Window
from tallybook.compute.target_rows import TargetRow
from tallybook.judge.model import Breakdown, Status, Tile, TileGroup, Trend
from tallybook.judge.targets import from_rows
from tallybook.opening import open_checked
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.book import Book

BOOK = """
as_of: 2024-02-16
targets: {from: plan/targets.csv}
sources: {leads: {time: day, dimensions: [channel]}}
metrics:
  leads: {formula: count(leads), better: higher, target: {table: targets}}
  mean: {formula: avg(leads.score), better: higher, target: {table: targets}}
  aimless: {formula: max(leads.score), better: higher, target: {table: targets}}
scorecards:
  page: {period: PERIOD, sections: [{tiles: [leads, mean, aimless]}]}
"""
TABLE = """\
metric_id,kind,starts_on,ends_on,dimension,dimension_value,value
leads,target,2024-01-01,2024-02-01,,,31
leads,target,2024-02-01,2024-03-01,,,29
leads,target,2024-01-01,2025-01-01,,,732
leads,projection,2024-01-01,2024-02-01,,,999
leads,target,2024-01-01,2024-02-01,channel,email,9
mean,target,2024-01-01,,,,5
mean,target,2024-01-31,2024-02-01,,,7
other,target,2024-01-01,2024-02-01,,,1
"""
LEADS = pl.DataFrame(
    {
        "day": [dt.date(2024, 1, 1 + i) for i in range(30)],
        "channel": ["email", "paid"] * 15,
        "score": range(30),
    }
)


def book(folder: Path, period: str = "2024-01", table: str = TABLE) -> Book:
    (folder / "tallybook.yml").write_text(BOOK.replace("PERIOD", period), encoding="utf-8")
    (folder / "plan").mkdir(exist_ok=True)
    (folder / "plan" / "targets.csv").write_text(table, encoding="utf-8")
    return open_book(folder, sources={"leads": LEADS})


def tiles(folder: Path, period: str) -> dict[str, Tile]:
    card = book(folder, period).scorecard("page").build(now=dt.datetime(2024, 3, 1, tzinfo=dt.UTC))
    group = card.card.sections[0]
    assert isinstance(group, TileGroup)
    return {t.metric.name: t for t in group.tiles}


@pytest.mark.parametrize(
    ("period", "target", "whole"),
    [
        ("2024-01", 31, None),
        ("2024-02", 15, 29),
        ("2024-Q1", 31 + 15, 31 + 29 + 62),
        ("2024-01-30 to 2024-01-31", 2, None),
        ("2023-12", None, None),
        ("2024", 31 + 15, 31 + 29 + 2 * (366 - 60)),
    ],
)
def test_a_count_s_target_is_of_the_days_of_the_period(
    tmp_path: Path, period: str, target: float | None, whole: float | None
) -> None:
    leads = tiles(tmp_path, period)["leads"]
    assert (leads.target, leads.target_whole) == (target, whole)


def test_an_average_is_held_to_the_shortest_span_that_holds_the_last_day(tmp_path: Path) -> None:
    assert tiles(tmp_path, "2024-01")["mean"].target == 7
    assert tiles(tmp_path, "2024-02")["mean"].target == 5


def test_status_follows_the_period_s_own_target(tmp_path: Path) -> None:
    leads = tiles(tmp_path, "2024-02")["leads"]
    assert (leads.status, leads.status_before) == (Status.OFF_TRACK, Status.ON_TRACK)


def test_a_metric_without_a_row_has_no_target(tmp_path: Path) -> None:
    assert tiles(tmp_path, "2024-01")["aimless"].status is Status.NO_TARGET


def test_a_table_that_lacks_a_column_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(BookError) as told:
        book(tmp_path, table=TABLE.replace("ends_on", "end"))
    assert "`ends_on`" in told.value.diagnostics[0].message


def test_a_book_without_a_table_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    text = BOOK.replace("PERIOD", "2024-01").replace("targets: {from: plan/targets.csv}\n", "")
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as told:
        open_book(tmp_path, sources={"leads": LEADS})
    (found,) = told.value.diagnostics
    assert (found.rule.id, found.span and found.span.text) == ("no-targets", "targets")


DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 30))


@given(first=DAYS, last=DAYS, seen=DAYS, value=st.integers(1, 1000))
def test_what_is_due_grows_to_the_whole(
    first: dt.date, last: dt.date, seen: dt.date, value: int
) -> None:
    start, end = sorted((first, last))
    start, end, now = (
        dt.datetime.combine(d, dt.time()) for d in (start, end + dt.timedelta(days=1), seen)
    )
    now = min(max(now, start), end)
    row = TargetRow("m", dt.date(2024, 1, 1), dt.date(2025, 1, 1), None, None, value)
    period = Period("p", None, start, end, Window(start, end), Window(start, now))
    goal = from_rows([row], period, flow=True)
    assert goal is not None
    whole = value * (end - start).days / 366
    assert goal.value == pytest.approx(value * (now - start).days / 366, abs=1e-6)
    assert goal.whole is None if now == end else goal.whole == pytest.approx(whole)


def test_members_are_held_to_targets_of_their_own(tmp_path: Path) -> None:
    book(tmp_path)
    text = (tmp_path / "tallybook.yml").read_text("utf-8")
    table = text.replace("{tiles: [leads, mean, aimless]}", "{table: [leads, mean], by: channel}")
    (tmp_path / "tallybook.yml").write_text(table, encoding="utf-8")
    asked = open_book(tmp_path, sources={"leads": LEADS})
    built = asked.scorecard("page").build(now=dt.datetime(2024, 3, 1, tzinfo=dt.UTC))
    section = built.card.sections[0]
    assert isinstance(section, Breakdown)
    found = {(r.kind, r.member): [(c.target, c.status) for c in r.cells] for r in section.rows}
    assert found == {
        ("member", "email"): [(9, Status.ON_TRACK), (None, None)],
        ("member", "paid"): [(None, None)] * 2,
        ("total", None): [(None, None)] * 2,
    }
    assert "On track · Target 9" in built.to_html()
    assert "On track · Target 9" in built.to_markdown()
    assert "email,,15,9.0,on_track" in built.to_csv()


STOCK = """
as_of: 2024-02-16
sources:
  plans: {time: day, columns: {day: date, ended: date}, open: {from: day, to: ended}}
metrics:
  open_plans: {formula: count(plans as of end), better: higher, target: 30}
  started: {formula: count(plans), better: higher, target: 29}
scorecards:
  page:
    period: this month
    sections: [{tiles: [open_plans, started]}, {trend: started, last: 4 quarters},
      {trend: started, last: 4 months}, {trend: open_plans, last: 4 quarters}]
"""


def test_a_balance_is_held_to_its_target_at_once_and_a_sum_day_by_day(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_text(STOCK, encoding="utf-8")
    plans = LEADS.select("day", pl.lit(None, pl.Date).alias("ended"))
    card = open_book(tmp_path, sources={"plans": plans}).scorecard("page").build().card
    tiles, quarters, months, balances = card.sections
    assert isinstance(tiles, TileGroup)
    balance, started = tiles.tiles
    assert (balance.value, balance.target, balance.target_whole) == (30, 30, None)
    assert (started.target, started.target_whole) == (15, 29)
    lines = [s.target for s in (quarters, months, balances) if isinstance(s, Trend)]
    assert lines == [None, 15, 30]  # a month's sum says nothing of a quarter's


@pytest.mark.parametrize(
    ("kind", "wanted"), [("target", 31.0), ("projection", 999.0), ("limit", None)]
)
def test_a_metric_is_held_to_the_kind_of_rows_that_it_says(
    tmp_path: Path, kind: str, wanted: float | None
) -> None:
    text = BOOK.replace("target: {table: targets}", f"target: {{kind: {kind}, table: targets}}", 1)
    (tmp_path / "tallybook.yml").write_text(text.replace("PERIOD", "2024-01"), encoding="utf-8")
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "targets.csv").write_text(TABLE, encoding="utf-8")
    card = open_book(tmp_path, sources={"leads": LEADS}).scorecard("page")
    group = card.build(now=dt.datetime(2024, 3, 1, tzinfo=dt.UTC)).card.sections[0]
    assert isinstance(group, TileGroup)
    found = {t.metric.name: t.target for t in group.tiles}
    assert (found["leads"] or None) == wanted
    assert found["mean"] == 7


def test_a_limit_is_not_to_be_passed(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_text(
        "as_of: 2024-02-16\nsources: {leads: {time: day}}\ntargets: {from: targets.csv}\n"
        "metrics: {cost: {formula: sum(leads.score), better: lower, "
        "target: {table: targets, kind: limit}}}\n"
        "scorecards: {page: {period: 2024-01, sections: [{tiles: [cost]}]}}\n",
        encoding="utf-8",
    )
    table = "metric_id,kind,starts_on,ends_on,dimension,dimension_value,value\n"
    rows = "cost,target,2024-01-01,2024-02-01,,,9999\ncost,limit,2024-01-01,2024-02-01,,,100\n"
    (tmp_path / "targets.csv").write_text(table + rows, encoding="utf-8")
    card = open_book(tmp_path, sources={"leads": LEADS}).scorecard("page")
    group = card.build(now=dt.datetime(2024, 3, 1, tzinfo=dt.UTC)).card.sections[0]
    assert isinstance(group, TileGroup)
    assert (group.tiles[0].target, group.tiles[0].status) == (100, Status.OFF_TRACK)


@pytest.mark.parametrize("said", ["{table: targets, kind: benchmark}", "{table: t, kind: limit}"])
def test_a_kind_that_nothing_is_held_to_is_refused(tmp_path: Path, said: str) -> None:
    (tmp_path / "tallybook.yml").write_text(
        f"metrics: {{a: {{formula: 1 + 1, target: {said}}}}}\n", encoding="utf-8"
    )
    with pytest.raises(BookError, match="expected"):
        open_book(tmp_path)


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("formula: sum(s.amount), unit: EUR, target: 10%", "`10%` is 0.1"),
        ('formula: count(s), unit: count, target: "50%"', "`50%` is 0.5"),
        (
            "formula: count(s where won) / count(s), unit: percent, target: 10",
            "the target `10` is 1000% of it",
        ),
        ("formula: count(s where won) / count(s), unit: percent, target: 10%", None),
        ("formula: count(s where won) / count(s), unit: percent, target: 0.5", None),
        ("formula: count(s where won) / count(s), unit: percent, target: 250%", None),
        ("formula: sum(s.amount), unit: EUR, target: 10", None),
    ],
)
def test_a_target_in_another_unit_than_its_metric_is_a_lint(
    metric: str, told: str | None, tmp_path: Path
) -> None:
    columns = "{day: date, won: boolean, amount: {type: float, unit: EUR}}"
    sources = f"as_of: 2024-07-01\nsources: {{s: {{path: s.csv, time: day, columns: {columns}}}}}\n"
    metrics = f"metrics: {{m: {{{metric}, better: higher}}}}\n"
    (tmp_path / "tallybook.yml").write_text(sources + metrics, "utf-8")
    (tmp_path / "s.csv").write_text("day,won,amount\n2024-06-01,true,1\n", "utf-8")
    lints = open_checked(tmp_path).diagnostics
    assert [d.rule.id for d in lints] == (["target-unit"] if told else [])
    assert told is None or told in lints[0].message
