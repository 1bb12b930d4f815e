"""Sources made of the rows of others, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell

BOOK = """
as_of: 2024-03-01
data: .
timezone: America/New_York
sources:
  leads:
    key: id
    time: created_at
    timezone: UTC
    columns: {created_at: datetime, won_at: datetime}
    dimensions: [channel]
  ads: {time: day, columns: {day: date, clicks: integer}}
  stages:
    time: at
    columns: {stage: string, at: datetime, until: datetime, entries: integer, channel: string}
    dimensions: [stage, channel]
    open: {from: at, to: until}
    union:
      - {of: ads, columns: {stage: "'click'", at: day, entries: clicks}}
      - of: leads
        columns: {stage: "'lead'", at: created_at, until: won_at, entries: "1"}
      - of: leads
        where: won_at is not null
        columns: {stage: "'won'", at: won_at, entries: "1"}
metrics:
  volume: {formula: sum(stages.entries)}
  rows: {formula: count(stages)}
  stay: {formula: "median(days(stages.at, until) at until)"}
  still_there: {formula: count(stages as of end)}
"""
FILES = {
    "leads": "id,created_at,won_at,channel\n1,2024-01-01 05:00,2024-01-11 05:00,a\n"
    "2,2024-02-01 04:59,,b\n3,2024-02-10,2024-02-12,a\n4,2024-03-02,2024-03-03,a\n",
    "ads": "day,clicks\n2024-01-31,10\n2024-02-01,20\n",
}


def written(folder: Path, text: str = BOOK) -> Path:
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    for name, rows in FILES.items():
        (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    return folder


def test_each_part_brings_its_rows(tmp_path: Path) -> None:
    book = open_book(written(tmp_path))
    found = book.query(["volume", "rows"], by="stage", grain="month").select(
        "period", "stage", "volume", "rows"
    )
    assert found.rows() == [
        # A day is a day where the company is, and a time in UTC may be of the day before.
        ("2024-01", "click", 10, 1),
        ("2024-01", "lead", 2, 2),
        ("2024-01", "won", 1, 1),
        ("2024-02", "click", 20, 1),
        ("2024-02", "lead", 1, 1),
        ("2024-02", "won", 1, 1),
    ]


def test_what_a_part_does_not_say_is_the_column_of_that_name_or_nothing(tmp_path: Path) -> None:
    book = open_book(written(tmp_path))
    by_channel = book.query("volume", by="channel").select("channel", "volume").rows()
    assert by_channel == [("a", 4), ("b", 1), (None, 30)]
    stay = book.query("stay", by="stage").select("stage", "stay").rows()
    assert stay == [("click", None), ("lead", 6.0), ("won", None)]


def test_a_union_has_open_rows(tmp_path: Path) -> None:
    found = open_book(written(tmp_path)).query("still_there", by="stage", grain="month")
    leads = found.filter(stage="lead").select("period", "still_there").rows()
    assert leads == [("2024-01", 1), ("2024-02", 1)]


def refused(folder: Path, old: str, new: str) -> tuple[str, str]:
    assert old in BOOK
    with pytest.raises(BookError) as told:
        open_book(written(folder, BOOK.replace(old, new)))
    ((rule, message),) = {(d.rule.id, d.message) for d in told.value.diagnostics}
    return rule, message


@pytest.mark.parametrize(
    ("old", "new", "rule", "message"),
    [
        ("of: ads", "of: adds", "unknown-source", "there is no source `adds`"),
        ("at: day", "at: dya", "unknown-column", "`ads` has no column `dya`"),
        ("at: day", "on: day", "unknown-column", "`stages` declares no column `on` to fill"),
        ("at: day", "at: clicks", "wrong-type", "`at` is declared as a time, found a number"),
        ("until: datetime", "created_at: float, until: datetime", "wrong-type", "found a time"),
        ("entries: integer", "entries: {}", "wrong-union", "`stages.entries` has no type"),
        ("at: day, ", "", "wrong-union", "the rows of `ads` have no `at`"),
        ("    union:", "    path: x.csv\n    union:", "wrong-union", "has a `union`, and `path`"),
        ("where: won_at is not null", "where: won_at", "wrong-type", "must be a condition"),
    ],
)
def test_a_union_that_means_nothing_is_refused(
    tmp_path: Path, old: str, new: str, rule: str, message: str
) -> None:
    found, said = refused(tmp_path, old, new)
    assert found == rule
    assert message in said


def test_a_union_of_itself_is_refused(tmp_path: Path) -> None:
    text = BOOK.replace("of: ads", "of: stages").replace("at: day, entries: clicks", "at: at")
    with pytest.raises(BookError) as told:
        open_book(written(tmp_path, text))
    assert {d.rule.id for d in told.value.diagnostics} == {"cycle"}


def test_a_union_that_looks_back_at_itself_is_refused(tmp_path: Path) -> None:
    columns = "columns: {created_at: datetime, won_at: datetime}"
    links = "    links: {lead: {to: leads, on: channel}}\n"
    text = BOOK.replace(columns, columns[:-1] + ', seen: {formula: "count(stages)"}}')
    text = text.replace('entries: "1"', "entries: seen", 1)
    text = text.replace("    open: {from: at", links + "    open: {from: at")
    with pytest.raises(BookError) as told:
        open_book(written(tmp_path, text))
    assert {d.rule.id for d in told.value.diagnostics} == {"cycle"}


def test_an_old_table_makes_a_union_of_it_old(shell: Shell) -> None:
    written(shell.folder)
    assert shell("check", "--data").status == 0
    old = BOOK.replace("  ads: {time: day", "  ads: {fresh_within: 2 days, time: day")
    shell.write("tallybook.yml", old + "scorecards: {a: {sections: [{tiles: [volume, rows]}]}}\n")
    told = shell("build", "--format", "md")
    assert told.status == 0, told.err
    pages = [p.read_text("utf-8") for p in sorted((shell.folder / "build").rglob("*.md"))]
    assert any("Ads" in page for page in pages), pages


LIBRARY = """
library: [b2b_marketing]
data: .
as_of: 2024-03-01
"""
LEADS = "lead_id,created_at,mql_at,sql_at,channel\n1,2024-01-01,2024-01-03,2024-01-09,pr\n"
DEALS = "opportunity_id,lead_id,kind,outcome,created_at,quoted_at,closed_at\n"


def missing(shell: Shell, metric: str) -> str:
    ended = shell("query", metric)
    assert ended.status == 2
    return ended.err


def test_a_union_lacks_what_a_part_lacks_and_says_so(shell: Shell) -> None:
    shell.write("tallybook.yml", LIBRARY)
    shell.write("leads.csv", LEADS)
    assert "opportunities" in missing(shell, "funnel_stage_conversion_rate")
    shell.write("opportunities.csv", DEALS.replace(",quoted_at", ""))
    assert "opportunities.quoted_at" in missing(shell, "stage_duration")
    shell.write("opportunities.csv", DEALS)
    assert "sessions" in missing(shell, "funnel_stage_volume")
    told = shell("query", "stage_duration", "funnel_stage_conversion_rate", "--by", "stage")
    assert told.status == 0, told.err


def test_a_dimension_that_one_part_lacks_is_gone_and_the_metric_is_there(shell: Shell) -> None:
    shell.write("tallybook.yml", LIBRARY)
    shell.write("leads.csv", LEADS)
    shell.write("opportunities.csv", DEALS)
    assert shell("query", "stage_duration").status == 0
    told = shell("query", "stage_duration", "--by", "channel")
    assert "its source `stage_entries` has no such dimension" in told.err
    shell.write("opportunities.csv", DEALS.replace("kind", "channel,kind"))
    assert shell("query", "stage_duration", "--by", "channel").status == 0
