"""`tally query`: exact numbers for programs, tables for people, and faults that leave no file."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from shell import spawn

if TYPE_CHECKING:
    from shell import Ended, Shell

BOOK = """\
name: Small
timezone: Europe/Berlin
as_of: 2024-03-01
sources:
  leads:
    key: id
    time: on
    columns: {id: string, on: date, channel: string}
    dimensions: [channel]
  spend:
    time: on
    columns: {on: date, channel: string, amount: {type: decimal, unit: EUR}}
    dimensions: [channel]
metrics:
  leads: {formula: count(leads), unit: count of leads, label: {en: Leads, de: Anfragen}}
  spend: {formula: sum(spend.amount), unit: EUR}
  cost_per_lead: {formula: spend / leads, unit: EUR per lead}
  email_share: {formula: '(leads where channel = "email") / leads', unit: percent}
"""
LEADS = """\
id,on,channel
a,2024-01-05,email
b,2024-01-31,fair
c,2024-02-01,
d,2024-02-03,"a|b, c"
"""
SPEND = """\
on,channel,amount
2024-01-02,email,0.1
2024-01-03,email,0.2
2024-01-09,fair,123456789012345678.000001
2024-02-01,,10
"""


@pytest.fixture
def small(shell: Shell) -> Shell:
    shell.write("tallybook.yml", BOOK)
    shell.write("data/leads.csv", LEADS)
    shell.write("data/spend.csv", SPEND)
    return shell


def rows_of(ended: Ended) -> list[dict[str, object]]:
    assert ended.status == 0, ended.err
    return list(json.loads(ended.out, parse_float=Decimal)["rows"])


def test_json_says_what_was_asked_and_every_digit(small: Shell) -> None:
    ended = small("query", "leads", "spend", "--by", "channel", "--grain", "month", *JSON)
    found = json.loads(ended.out, parse_float=Decimal)
    assert found["metrics"] == [
        {"name": "leads", "unit": "count of leads", "label": "Leads"},
        {"name": "spend", "unit": "EUR", "label": "Spend"},
    ]
    assert (found["grain"], found["by"]) == ("month", ["channel"])
    assert (found["as_of"], found["timezone"]) == ("2024-03-01T00:00:00+01:00", "Europe/Berlin")
    assert found["rows"][1] == {
        "period": "2024-01",
        "start": "2024-01-01",
        "end": "2024-02-01",
        "partial": False,
        "channel": "email",
        "leads": 1,
        "spend": Decimal("0.3"),
    }
    fair = next(r for r in found["rows"] if r["channel"] == "fair")
    assert fair["spend"] == Decimal("123456789012345678.000001")
    assert ended.err == ""


def test_the_same_rows_in_every_format_for_programs(small: Shell) -> None:
    asked = ("query", "spend", "cost_per_lead", "--by", "channel", "--grain", "month", "--total")
    rows = rows_of(small(*asked, *JSON))
    lines = small(*asked, "--format", "ndjson").out.splitlines()
    assert [json.loads(line, parse_float=Decimal) for line in lines] == rows
    table = list(csv.DictReader(io.StringIO(small(*asked, "--format", "csv").out)))
    assert [list(row) for row in table] == [list(row) for row in rows]
    for read, row in zip(table, rows, strict=True):
        for name, value in row.items():
            is_number = isinstance(value, Decimal)
            assert (Decimal(read[name]) if is_number else read[name]) == as_csv(value)


def as_csv(value: object) -> object:
    match value:
        case Decimal():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def test_a_member_that_is_null_is_null_and_odd_letters_stay(small: Shell) -> None:
    members = [r["channel"] for r in rows_of(small("query", "leads", "--by", "channel", *JSON))]
    assert members == ["a|b, c", "email", "fair", None]


def test_without_a_grain_there_is_one_row_over_the_range(small: Shell) -> None:
    ended = small("query", "leads", "--from", "2024-01-05", "--to", "2024-02-01", *JSON)
    (row,) = rows_of(ended)
    assert row["period"] == "2024-01-05/2024-02-02"
    assert (row["start"], row["end"], row["leads"]) == ("2024-01-05", "2024-02-02", 3)


def test_percent_is_a_fraction_for_programs_and_worded_for_people(small: Shell) -> None:
    assert rows_of(small("query", "email_share", *JSON))[0]["email_share"] == Decimal("0.25")
    assert "25.0%" in small("query", "email_share").out


def test_totals_are_computed_from_rows_and_marked(small: Shell) -> None:
    asked = ("query", "leads", "cost_per_lead", "--by", "channel", "--grain", "month")
    rows = rows_of(small(*asked, "--total", *JSON))
    totals = [r for r in rows if r["total"]]
    assert [(r["period"], r["channel"], r["leads"]) for r in totals] == [
        ("2024-01", None, 2),
        ("2024-02", None, 2),
    ]
    assert totals[1]["cost_per_lead"] == 5
    assert all(r["total"] is False for r in rows if r not in totals)
    assert all("total" not in r for r in rows_of(small(*asked, *JSON)))


def test_without_a_breakdown_the_total_is_the_whole_range(small: Shell) -> None:
    rows = rows_of(small("query", "leads", "--grain", "month", "--total", *JSON))
    assert [(r["period"], r["leads"], r["total"]) for r in rows] == [
        ("2024-01", 2, False),
        ("2024-02", 2, False),
        ("2024-01-01/2024-03-01", 4, True),
    ]
    (row,) = rows_of(small("query", "leads", "--total", *JSON))
    assert row["total"] is False


def test_rows_are_sorted_and_limited_and_totals_stay_whole(small: Shell) -> None:
    asked = ("query", "spend", "--by", "channel", "--sort", "-spend", "--limit", "2", "--total")
    rows = rows_of(small(*asked, *JSON))
    assert [(r["channel"], r["total"]) for r in rows] == [
        ("fair", False),
        (None, False),
        (None, True),
    ]
    assert rows[-1]["spend"] == Decimal("123456789012345688.300001")
    by_name = rows_of(small("query", "spend", "--by", "channel", "--sort", "channel", *JSON))
    assert [r["channel"] for r in by_name] == ["email", "fair", None]


def test_a_condition_and_a_day_of_the_question(small: Shell) -> None:
    ended = small("query", "leads", "--where", 'channel = "email"', *JSON)
    assert rows_of(ended)[0]["leads"] == 1
    ended = small("query", "leads", "--as-of", "2024-02-02", "--grain", "month", *JSON)
    assert [(r["leads"], r["partial"]) for r in rows_of(ended)] == [(2, False), (1, True)]


def test_a_table_is_aligned_and_says_what_is_cut_short(small: Shell) -> None:
    ended = small("query", "leads", "spend", "--grain", "month", "--as-of", "2024-02-02", "--total")
    assert ended.out.splitlines() == [
        "period                        leads                       spend",
        "───────────────────────────────────────────────────────────────",
        "2024-01                           2  123,456,789,012,345,678.30",
        "2024-02*                          1                       10.00",
        "2024-01-01/2024-03-01* total      3  123,456,789,012,345,688.30",
        "* cut short",
    ]


def test_markdown_cannot_be_broken_by_a_member(small: Shell) -> None:
    lines = small("query", "leads", "--by", "channel", "--format", "md").out.splitlines()
    assert lines[:2] == ["| period | channel | leads |", "| :-- | :-- | --: |"]
    assert "a\\|b, c | 1 |" in lines[2]


@pytest.mark.parametrize("format_", ["csv", "json", "ndjson", "md", "parquet"])
def test_a_file_names_its_format_and_stdout_stays_empty(small: Shell, format_: str) -> None:
    ended = small("query", "leads", "--grain", "month", "--output", f"found.{format_}")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.startswith("2 rows")
    assert ended.err.rstrip().endswith(f"-> found.{format_}")
    assert (small.folder / f"found.{format_}").stat().st_size > 0
    assert {p.name for p in small.folder.iterdir()} == {
        "tallybook.yml",
        "data",
        f"found.{format_}",
    }


def test_parquet_keeps_types(small: Shell) -> None:
    asked = ("query", "spend", "leads", "--grain", "month")
    assert small(*asked, "--output", "found.parquet").status == 0
    frame = pl.read_parquet(small.folder / "found.parquet")
    assert frame.schema["spend"] == pl.Decimal(38, 6)
    assert frame.schema["start"] == pl.Date
    assert frame["leads"].to_list() == [2, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("led",), "did you mean `leads`?"),
        (("leads", "--by", "chanel"), "did you mean `channel`?"),
        (("leads", "--grain", "decade"), "found `decade`"),
        (("leads", "--from", "31.01.2024"), "`--from 31.01.2024` is not a day"),
        (("leads", "--from", "2024-02-01", "--to", "2024-01-01"), "ends"),
        (("leads", "--where", "channel = "), "--where:1:"),
        (("leads", "--sort", "cost"), "cannot sort by `cost`"),
        (("leads", "--limit", "-1"), "--limit"),
        (("leads", "--output", "found.pdf"), "does not say its format"),
        (("leads", "--output", "nowhere/found.csv"), "there is no folder `nowhere`"),
        (("leads", "--output", "data", "--format", "csv"), "`data` is a folder"),
        ((), "METRIC"),
    ],
)
def test_a_question_that_cannot_be_asked_is_wrong_usage(
    small: Shell, arguments: tuple[str, ...], message: str
) -> None:
    ended = small("query", *arguments)
    assert ended.status == 2
    assert message in ended.err
    assert ended.out == ""


@pytest.mark.parametrize(
    "arguments", [("period",), ("channel", "--by", "channel"), ("total", "--total")]
)
def test_no_two_columns_of_an_answer_have_one_name(
    small: Shell, arguments: tuple[str, ...]
) -> None:
    names = ("period", "channel", "total")
    metrics = "".join(f"  {name}: {{formula: count(leads)}}\n" for name in names)
    small.write("more.yml", "metrics:\n" + metrics)
    ended = small("query", *arguments)
    assert ended.status == 2
    assert f"column{'s' if arguments[0] != 'total' else ''} `{arguments[0]}`" in ended.err
    assert small("query", "total").status == 0


def test_several_mistakes_of_a_question_are_told_together(small: Shell) -> None:
    ended = small("query", "led", "--by", "chanel", "--from", "yesterday")
    assert ended.err.count("error[") == 3
    assert ended.err.splitlines()[-1] == "3 errors"


def test_an_answer_without_rows_is_a_selection_that_matched_nothing(small: Shell) -> None:
    asked = ("query", "leads", "--by", "channel", "--where", 'channel = "emial"')
    ended = small(*asked, "--output", "found.csv")
    assert ended.status == 2
    assert not (small.folder / "found.csv").exists()
    ended = small(*asked, "--allow-empty", "--format", "csv")
    assert (ended.status, ended.out) == (0, "period,start,end,partial,channel,leads\n")
    assert rows_of(small(*asked, "--allow-empty", *JSON)) == []


LINKED = """\
  deals:
    time: on
    columns: {on: date, lead: string}
    links: {lead_row: {to: leads, on: lead}}
    dimensions: [{channel: lead_row.channel}]
"""


@pytest.mark.parametrize(
    ("file", "text", "id_", "status"),
    [
        ("data/leads.csv", LEADS + "a,2024-02-05,fair\n", "key-not-unique", 1),
        ("data/spend.csv", SPEND + "2024-02-02,email,12 apples\n", "unreadable-value", 1),
        ("data/spend.csv", "", "empty-table", 1),
        ("data/spend.csv", None, "missing-file", 2),
    ],
    ids=["far-key-not-unique", "text-in-an-amount", "empty-file", "no-file"],
)
@pytest.mark.parametrize("command", ["query", "build"])
def test_a_fault_in_the_data_stops_with_one_message_and_no_file(
    small: Shell, file: str, text: str | None, id_: str, status: int, command: str
) -> None:
    card = "scorecards: {page: {sections: [{table: [deals, spend], by: channel}]}}\n"
    metrics = f"{LINKED}metrics:\n  deals: {{formula: count(deals)}}\n"
    small.write("tallybook.yml", BOOK.replace("metrics:\n", metrics) + card)
    small.write("data/deals.csv", "on,lead\n2024-02-01,a\n2024-02-09,c\n")
    if text is None:
        (small.folder / file).unlink()
    else:
        small.write(file, text)
    before = sorted(small.folder.rglob("*"))
    if command == "query":
        ended = small("query", "deals", "spend", "--by", "channel", "--output", "found.csv")
    else:
        ended = small("build")
    assert ended.status == status
    assert ended.err.count("error[") == 1
    assert f"error[{id_}]" in ended.err
    assert "= help: " in ended.err
    assert ended.out == ""
    assert sorted(small.folder.rglob("*")) == before


def test_a_fault_leaves_the_file_of_the_last_run(small: Shell) -> None:
    small.write("found.csv", "of the last run\n")
    small.write("data/spend.csv", SPEND + "2024-02-02,email,twelve\n")
    assert small("query", "spend", "--output", "found.csv").status == 1
    assert (small.folder / "found.csv").read_text("utf-8") == "of the last run\n"


def test_numbers_reach_a_pipe_and_nothing_else_does(small: Shell) -> None:
    small.write("empty.yml", "# a lint\n")
    ended = spawn("query", "leads", "--format", "csv", at=small.folder)
    assert ended.out == "period,start,end,partial,leads\nall,,,false,4\n"
    assert "lint[empty-file]" in ended.err


JSON = ("--format", "json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "9999-12-31"), "`--to 9999-12-31` lies too far off"),
        (("--from", "0001-01-01"), "`--from 0001-01-01` lies too far off"),
        (("--as-of", "0001-01-01"), "`--as-of 0001-01-01` lies too far off"),
        (("--grain", "day", "--from", "1000-01-01"), "the days from 1000-01-01 to 2024-02-03"),
        (("--limit", "9" * 20), "invalid value for '--limit'"),
    ],
)
def test_what_lies_beyond_the_calendar_is_wrong_usage(
    small: Shell, arguments: tuple[str, ...], message: str
) -> None:
    ended = small("query", "leads", *arguments)
    assert ended.status == 2
    assert message in ended.err


def test_a_far_day_in_the_rows_asks_for_an_end(small: Shell) -> None:
    small.write("metrics.yml", "metrics: {closing: {formula: count(leads at until)}}")
    small.write(
        "tallybook.yml", BOOK.replace("on: date, channel", "on: date, until: date, channel", 1)
    )
    small.write("data/leads.csv", "id,on,until,channel\na,2024-01-05,9999-12-31,email\n")
    ended = small("query", "closing", "--grain", "month")
    assert ended.status == 2
    assert "the rows reach to 9999-12-31" in ended.err
    ended = small(
        "query", "closing", "--grain", "month", "--from", "2024-01-01", "--to", "2024-02-29"
    )
    assert ended.out.splitlines()[2:] == ["2024-01        0", "2024-02        0"]


def test_what_a_terminal_would_obey_is_shown_as_a_mark(small: Shell) -> None:
    small.write(
        "data/leads.csv", "id,on,channel\na,2024-01-05,e\x1b[31mm\x07\u202ex\nb,2024-01-05,\x9b1m\n"
    )
    for shape in ("table", "md"):
        shown = small("query", "leads", "--by", "channel", "--format", shape).out
        assert not set("\x1b\x07\u202e\x9b") & set(shown)
        assert "e\ufffd[31mm\ufffd\ufffdx" in shown
    assert "e\x1b[31mm" in small("query", "leads", "--by", "channel", "--format", "csv").out


def test_ranges_come_from_low_to_high(shell: Shell) -> None:
    shell.write(
        "tallybook.yml",
        "sources: {firms: {dimensions: [{size: {bands: staff, at: [50, 250, 1000]}}]}}\n"
        "metrics: {firms: {formula: count(firms)}}\n",
    )
    shell.write("data/firms.csv", "id,staff\na,1500\nb,300\nc,60\nd,\ne,9\n")
    shown = shell("query", "firms", "--by", "size", "--format", "csv")
    found = [row["size"] for row in csv.DictReader(io.StringIO(shown.out))]
    assert found == ["< 50", "50–250", "250–1000", "≥ 1000", ""]


def test_a_day_of_the_book_s_own_that_is_too_far_off_is_told_as_the_book_s(in_book: Shell) -> None:
    path = in_book.folder / "tallybook.yml"
    lines = [n for n in path.read_text("utf-8").splitlines() if not n.startswith("as_of")]
    path.write_text("\n".join(["as_of: 9999-12-31", *lines]) + "\n", encoding="utf-8")
    ended = in_book("query", "leads")
    assert ended.status == 1
    assert "`as_of: 9999-12-31` of the book lies too far off" in ended.err
    assert "--as-of" not in ended.err
