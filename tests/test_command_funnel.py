"""`tally query --funnel`: a row for each stage of a funnel."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING

import pytest

from proofs import library_as_book, same
from tallybook.sample import generate

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell

BOOK = """
data: .
as_of: 2024-03-01
currency: EUR
sources:
  visits: {key: id, time: on, dimensions: [channel]}
  leads: {key: id, time: on, dimensions: [channel]}
  deals: {key: id, time: on, dimensions: [channel], columns: {value: {type: float, unit: EUR}}}
metrics:
  visits: {formula: count(visits), unit: count}
  leads: {formula: count(leads), unit: count, label: Prospects}
  to_win: {formula: "median(days(leads.on, won) at won)", unit: days}
  deals: {formula: count(deals), unit: count}
  revenue: {formula: sum(deals.value), unit: EUR}
funnels:
  way: [visits, {metric: leads, time: to_win}, {metric: deals, label: Customers}, revenue]
  short: [leads]
"""
FILES = {
    "visits": "id,on,channel\n1,2024-01-01,a\n2,2024-01-02,a\n3,2024-01-03,b\n4,2024-02-01,a\n",
    "leads": "id,on,channel,won\n1,2024-01-05,a,2024-01-15\n2,2024-01-06,a,\n",
    "deals": "id,on,channel,value\n1,2024-01-15,a,100\n",
}


@pytest.fixture
def funnel(shell: Shell) -> Shell:
    shell.write("tallybook.yml", BOOK)
    for name, text in FILES.items():
        shell.write(f"{name}.csv", text)
    return shell


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_for_each_stage_in_its_order(funnel: Shell) -> None:
    found = rows(funnel("query", "--funnel", "way", "--format", "csv").out)
    assert [r["stage"] for r in found] == ["visits", "leads", "deals", "revenue"]
    assert [r["label"] for r in found] == ["visits", "Prospects", "Customers", "revenue"]
    assert [r["volume"] for r in found] == ["4.0", "2.0", "1.0", "100.0"]
    # Money is no part of a number of deals.
    assert [r["step_conversion"] for r in found] == ["", "0.5", "0.5", ""]
    assert [r["share_of_first"] for r in found] == ["1.0", "0.5", "0.25", ""]
    assert [r["time_in_stage"] for r in found] == ["", "10.0", "", ""]


def test_by_period_and_member_with_totals(funnel: Shell) -> None:
    asked = ("query", "--funnel", "way", "--by", "channel", "--grain", "month", "--total")
    found = rows(funnel(*asked, "--format", "csv").out)
    first = [r for r in found if r["period"] == "2024-01" and r["stage"] == "leads"]
    assert [(r["channel"], r["total"], r["volume"]) for r in first] == [
        ("a", "false", "2.0"),
        ("b", "false", "0.0"),
        ("", "true", "2.0"),
    ]
    assert [r["step_conversion"] for r in first] == ["1.0", "0.0", "0.6666666666666666"]
    # Nothing is no whole to be a part of.
    (later,) = (
        r for r in found if (r["period"], r["channel"], r["stage"]) == ("2024-02", "b", "leads")
    )
    assert (later["volume"], later["step_conversion"]) == ("0.0", "")


def test_other_formats_say_the_same(funnel: Shell) -> None:
    table = funnel("query", "--funnel", "way").out.splitlines()
    assert table[0].split() == [
        "period", "stage", "label", "volume", "step_conversion", "share_of_first", "time_in_stage",
    ]  # fmt: skip
    assert table[3].split() == ["all", "leads", "Prospects", "2", "50.0%", "50.0%", "10.0"]
    answer = json.loads(funnel("query", "--funnel", "way", "--format", "json").out)
    assert answer["funnel"] == "way"
    assert [r["volume"] for r in answer["rows"]] == [4, 2, 1, 100]
    lines = funnel("query", "--funnel", "way", "--format", "md").out.splitlines()
    assert lines[1].count("--:") == 4


def test_sorting_cutting_and_filtering(funnel: Shell) -> None:
    asked = ("query", "--funnel", "way", "--format", "csv")
    found = rows(funnel(*asked, "--sort", "volume", "--limit", "2").out)
    assert [r["stage"] for r in found] == ["deals", "leads"]
    found = rows(funnel(*asked, "--where", 'channel = "b"').out)
    assert [r["volume"] for r in found] == ["1.0", "0.0", "0.0", "0.0"]


def test_a_funnel_of_whole_numbers_stays_whole(funnel: Shell) -> None:
    assert rows(funnel("query", "--funnel", "short", "--format", "csv").out)[0]["volume"] == "2"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--funnel", "wya"], "did you mean `way`?"),
        (["leads", "--funnel", "way"], "one METRIC or more, or `--funnel NAME`"),
        ([], "one METRIC or more, or `--funnel NAME`"),
        (["--funnel", "way", "--by", "chanel"], "did you mean `channel`?"),
        (["--funnel", "way", "--sort", "leads"], "the answer has period, stage"),
    ],
)
def test_what_cannot_be_asked(funnel: Shell, arguments: list[str], said: str) -> None:
    ended = funnel("query", *arguments)
    assert ended.status in (1, 2)
    assert said in ended.err


def test_a_dimension_of_the_name_of_a_column_is_refused(funnel: Shell) -> None:
    funnel.write("tallybook.yml", BOOK.replace("[channel]", "[channel, stage: channel]"))
    ended = funnel("query", "--funnel", "way", "--by", "stage")
    assert "the answer would have two columns `stage`" in ended.err


def test_a_stage_without_data_is_left_out_and_a_time_that_is_no_metric_a_finding(
    shell: Shell,
) -> None:
    shell.write("leads.csv", "lead_id,created_at,channel\na,2024-01-01,email\n")
    shell.write("tallybook.yml", "library: [b2b_marketing]\ndata: .\nas_of: 2024-03-01\n")
    found = rows(shell("query", "--funnel", "six_stages", "--format", "csv").out)
    assert [r["stage"] for r in found] == ["leads"]
    shell.write("tallybook.yml", BOOK.replace("time: to_win", "time: to_whin"))
    assert "did you mean `to_win`?" in shell("check").err


def test_the_librarys_funnels_hold_what_their_metrics_say(tmp_path: Path) -> None:
    data = tmp_path / "data"
    generate(data, size=0.1, seed=6, format="parquet")
    (tmp_path / "book").mkdir()
    book = library_as_book(tmp_path / "book", data)
    first, last = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
    found = book.funnel("six_stages", by="channel", grain="quarter", start=first, end=last)
    stages = [stage.metric.value for stage in book.checked.book.funnels["six_stages"].stages]
    asked = [*stages, "lead_to_mql_velocity"]
    wanted = book.query(asked, by="channel", grain="quarter", start=first, end=last)
    by_cell = {(r["period"], r["channel"]): r for r in wanted.iter_rows(named=True)}
    before: float | None = None
    for row in found.iter_rows(named=True):
        cell = by_cell[row["period"], row["channel"]]
        assert row["volume"] == cell[row["stage"]]
        if row["stage"] == "leads":
            assert same(row["time_in_stage"], cell["lead_to_mql_velocity"])
        if row["stage"] != "website_visitors":
            assert same(row["step_conversion"], row["volume"] / before if before else None)
        before = row["volume"]
    assert found.height == wanted.height * 6
