"""What pages showed before: kept beside them, and told where a definition or a value is another."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tallybook.command.history import keep
from tallybook.judge.history import Past, Record

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell

BOOK = """
sources:
  leads:
    time: day
    columns: {day: date, region: string, amount: integer}
    dimensions: [region]
    label: Leads
metrics:
  leads: {formula: count(leads), label: {en: Leads, ja: リード}}
  amount: {formula: sum(leads.amount)}
  average: {formula: amount / leads}
  big: {formula: count(leads where amount > least)}
scorecards: {page: {period: 2024-03, sections: [{tiles: [leads, amount, average, big]}]}}
as_of: 2024-04-01
parameters: {least: 10}
"""
ROWS = "day,region,amount\n2024-01-10,EU,5\n2024-02-10,EU,20\n2024-02-11,US,30\n2024-03-10,EU,40\n"


@pytest.fixture
def book(shell: Shell) -> Shell:
    shell.write("tallybook.yml", BOOK)
    shell.write("data/leads.csv", ROWS)
    return shell


def build(book: Shell, *arguments: str) -> str:
    """The page after a build."""
    ended = book("build", *arguments)
    assert ended.status == 0, ended.err
    return (book.folder / "build" / "page.html").read_text("utf-8")


def warnings(page: str) -> list[str]:
    found = re.findall(r'<div class="warnings".*?</div>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", "".join(found))


def kept(book: Shell) -> list[dict[str, str]]:
    with (book.folder / "build" / "history.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change(book: Shell, old: str, new: str, name: str = "tallybook.yml") -> None:
    path = book.folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_first_build_keeps_what_it_shows_and_the_second_adds_nothing(book: Shell) -> None:
    first = build(book)
    rows = kept(book)
    assert len(rows) == 4 * 13
    march = {r["metric"]: r["value"] for r in rows if r["period"] == "2024-03"}
    assert march == {"leads": "1", "amount": "40", "average": "40.0", "big": "1"}
    empty = next(r for r in rows if (r["metric"], r["period"]) == ("average", "2023-12"))
    assert empty["value"] == ""
    assert {r["as_of"] for r in rows} == {"2024-04-01"}
    assert build(book) == first
    assert kept(book) == rows
    assert warnings(first) == []


def test_a_changed_definition_is_told_once_for_all_that_it_reaches(book: Shell) -> None:
    build(book)
    change(book, "sum(leads.amount)", "sum(leads.amount where amount > 5)")
    assert build(book, "--as-of", "2024-04-02") == build(book, "--as-of", "2024-04-02")
    page = build(book, "--as-of", "2024-04-02")
    assert warnings(page) == ["Definition changed since Apr 1, 2024: Amount · Average"]
    assert page.count('<dt>Last change<dd><time datetime="2024-04-02">') == 2
    # It stays as long as a reader of the page's period may not know of it.
    assert len(warnings(build(book, "--as-of", "2024-04-20"))) == 1
    april = build(book, "--as-of", "2024-05-02", "--period", "2024-04")
    assert (book.folder / "build" / "page.2024-04.html").read_text("utf-8") != april
    may = ("--as-of", "2024-06-02", "--period", "2024-05")
    assert book("build", *may).status == 0
    assert warnings((book.folder / "build" / "page.2024-05.html").read_text("utf-8")) == []


EVERY = ["Leads", "Amount", "Average", "Big"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("least: 10", "least: 25", ["Big"]),
        ("amount > least", "amount  >   least", []),
        ("label: Leads", "label: Prospects", []),
        ("label: {en: Leads", "target: 3, owner: us, label: {en: Prospects", []),
        ("region: string,", "region: string, more: {type: integer, from: amount},", []),
        ("amount: integer", "amount: float", ["Amount", "Average", "Big"]),
        ("region: string", "region: {type: string, clean: [lower]}", []),
        ("period: 2024-03", "where: region != 'ZZ', period: 2024-03", EVERY),
        ("as_of:", "timezone: Europe/Berlin\nas_of:", EVERY),
        ("formula: amount / leads", "formula: sum(leads.amount) / count(leads)", []),
    ],
)  # fmt: skip
def test_what_a_definition_is_and_what_not(
    book: Shell, old: str, new: str, told: list[str]
) -> None:
    build(book)
    change(book, old, new)
    expected = [f"Definition changed since Apr 1, 2024: {' · '.join(told)}"] if told else []
    assert warnings(build(book)) == expected


def test_a_column_counts_where_the_page_is_filtered_by_it(book: Shell) -> None:
    where = ("--where", "region = 'EU'")
    build(book, *where)
    change(book, "region: string", "region: {type: string, map: {US: EU}}")
    (told,) = warnings(build(book, *where))
    assert told.endswith("Leads · Amount · Average · Big")


def test_a_value_of_the_past_that_is_another_is_told_with_both(book: Shell) -> None:
    build(book)
    change(book, "2024-02-11,US,30\n", "2024-02-11,US,30\n2024-02-12,US,7\n", "data/leads.csv")
    change(book, "2024-01-10,EU,5", "2024-01-10,EU,6", "data/leads.csv")
    page = build(book)
    (told,) = warnings(page)
    assert told == (
        "Values of past periods have changed, though the definition has not: "
        "Leads, Feb 2024: 3 (was 2) · Amount, Feb 2024: 57 (was 50; further periods: 1) · "
        "Average, Feb 2024: 19 (was 25; further periods: 1)"
    )
    assert build(book) == page
    added = kept(book)[4 * 13 :]
    assert [(r["metric"], r["period"], r["value"]) for r in added] == [
        ("leads", "2024-02", "3"),
        ("amount", "2024-01", "6"),
        ("amount", "2024-02", "57"),
        ("average", "2024-01", "6.0"),
        ("average", "2024-02", "19.0"),
    ]


def test_values_that_differ_by_little_are_shown_so_that_they_differ(book: Shell) -> None:
    change(book, "amount: integer", "amount: float")
    change(book, "40\n", "40.0001\n", "data/leads.csv")
    build(book)
    change(book, "40.0001\n", "40.0002\n", "data/leads.csv")
    (told,) = warnings(build(book))
    assert "Amount, Mar 2024: 40.0002 (was 40.0001)" in told
    change(book, "40.0002\n", "40.00020000000001\n", "data/leads.csv")
    assert len(warnings(build(book))) == 1, "the last digits of a sum are no news"


def test_a_period_that_is_not_over_may_change(book: Shell) -> None:
    build(book, "--as-of", "2024-03-20")
    assert "2024-03" not in {r["period"] for r in kept(book)}
    change(book, "2024-03-10,EU,40\n", "2024-03-10,EU,40\n2024-03-11,EU,41\n", "data/leads.csv")
    assert warnings(build(book)) == []


def test_a_cohort_that_is_still_maturing_may_change(book: Shell) -> None:
    waiting = "average: {formula: avg(leads.amount where day within 60 days of day)"
    change(book, "average: {formula: amount / leads", f"{waiting}, measures: cohort")
    build(book)
    newest = [r["period"] for r in kept(book) if r["metric"] == "average"][-1]
    assert newest == "2024-01"


def test_numbers_that_are_too_old_to_show_are_not_kept(book: Shell) -> None:
    change(book, "    time: day", "    time: day\n    fresh_within: 2 days")
    build(book)
    assert max(r["period"] for r in kept(book)) == "2024-02"


def test_pages_of_an_earlier_day_know_nothing_of_later_ones(book: Shell) -> None:
    before = build(book, "--as-of", "2024-04-02", "--no-history")
    build(book, "--as-of", "2024-04-20")
    change(book, "count(leads)", "count(leads where amount > 0)")
    build(book, "--as-of", "2024-04-21")
    change(book, "count(leads where amount > 0)", "count(leads)")
    assert build(book, "--as-of", "2024-04-02") == before


def test_history_can_be_elsewhere_or_nowhere(book: Shell) -> None:
    assert book("build", "--no-history").status == 0
    assert not (book.folder / "build" / "history.csv").exists()
    assert book("build", "--history", "kept/results.csv", "--output", "out").status == 0
    assert (book.folder / "kept" / "results.csv").exists()
    assert not (book.folder / "out" / "history.csv").exists()


def test_a_scorecard_may_be_called_history(book: Shell) -> None:
    change(book, "{page:", "{history:")
    assert book("build", "--format", "csv").status == 0
    assert {p.name for p in (book.folder / "build").iterdir()} == {
        "history.csv",
        "history-page.csv",
    }
    assert kept(book)[0]["scorecard"] == "history"


def test_a_history_saved_by_a_spreadsheet_is_read(book: Shell) -> None:
    build(book)
    path = book.folder / "build" / "history.csv"
    saved = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(saved)
    build(book)
    assert path.read_bytes() == saved


def test_a_file_of_something_else_is_not_touched(book: Shell) -> None:
    for content in (b"a,b\n1,2\n", b"\xff\xfe", b"x" * 200_000):
        (book.folder / "mine.csv").write_bytes(content)
        ended = book("build", "--history", "mine.csv")
        assert ended.status == 2
        assert "`mine.csv` is no history" in ended.err
        assert (book.folder / "mine.csv").read_bytes() == content
        assert not (book.folder / "build").exists()


def test_lines_that_are_no_records_are_told_and_stay(book: Shell) -> None:
    build(book)
    path = book.folder / "build" / "history.csv"
    whole = path.read_text("utf-8")
    odd = "<<<<<<< ours\n2024-04-01,page,,leads,2024-02,nan,x\n\"=cmd()|'/c calc'!A0\n2024-04-01,pa"
    path.write_text(whole + odd, "utf-8")
    change(book, "2024-02-11,US,30\n", "", "data/leads.csv")
    ended = book("build")
    assert ended.status == 0
    lines = whole.count("\n")
    assert [f"history.csv:{lines + n} is no record" in ended.err for n in (1, 2, 3, 4)] == [
        True, True, True, False,
    ]  # fmt: skip
    assert "1 more lines that are no records" in ended.err
    now = path.read_text("utf-8")
    assert now.startswith(whole + odd + "\n2024-04-01,page,,leads,2024-02,1,")


def test_nothing_is_kept_of_a_build_that_fails(book: Shell) -> None:
    build(book)
    before = (book.folder / "build" / "history.csv").read_bytes()
    change(book, "2024-02-11,US,30", "2024-02-11,US,many", "data/leads.csv")
    assert book("build").status == 1
    assert (book.folder / "build" / "history.csv").read_bytes() == before


def test_members_and_periods_have_histories_of_their_own(book: Shell) -> None:
    odd = "=cmd()\u202e|<script>\u2028x"
    change(book, ",US,", f",{odd},", "data/leads.csv")
    change(book, "period: 2024-03", "for_each: region, period: 2024-03")
    asked = ("--period", "2024-02", "--period", "2024-03")
    build(book, *asked)
    rows = kept(book)
    assert {r["part"] for r in rows} == {"", "region: EU", "region: =cmd()|<script> x"}
    assert len({tuple(r.values()) for r in rows}) == len(rows)
    build(book, *asked)
    assert kept(book) == rows
    change(book, f",{odd},30", f",{odd},31", "data/leads.csv")
    build(book, *asked)
    told = {
        p.name: warnings(p.read_text("utf-8")) for p in (book.folder / "build").glob("page*.html")
    }
    assert told["page.eu.html"] == []
    assert "Amount, Feb 2024: 51 (was 50)" in told["page.html"][0]
    (other,) = (name for name in told if "cmd" in name)
    assert "Amount, Feb 2024: 31 (was 30)" in told[other][0]


def test_the_twins_tell_it_too_and_every_language_has_words_for_it(book: Shell) -> None:
    formats = ("--format", "html,md,json,mail", "--locale", "all")
    build(book, *formats)
    change(book, "least: 10", "least: 25")
    change(book, "2024-02-11,US,30\n", "", "data/leads.csv")
    build(book, *formats)
    folder = book.folder / "build"
    assert "> - Values of past periods have changed" in (folder / "page.md").read_text("utf-8")
    assert "リード、2024年2月：1（前回：2）" in (folder / "page.ja.html").read_text("utf-8")
    assert "Definition changed since" in (folder / "page.mail.html").read_text("utf-8")
    card = json.loads((folder / "page.json").read_text("utf-8"))
    redefined, restated = card["warnings"]
    assert (redefined["kind"], redefined["since"]) == ("redefined", "2024-04-01")
    assert [m["name"] for m in redefined["metrics"]] == ["big"]
    assert [(r["metric"]["name"], r["before"], r["after"]) for r in restated["restatements"]] == [
        ("leads", 2, 1), ("amount", 50, 20), ("average", 25, 20),
    ]  # fmt: skip
    fingerprints = {d["metric"]["name"]: d["fingerprint"] for d in card["definitions"]}
    assert fingerprints["big"] == kept(book)[-1]["definition"]


def test_results_are_the_same_whatever_was_shown_before(book: Shell) -> None:
    alone = build(book, "--no-history")
    change(book, "sum(leads.amount)", "sum(leads.amount where true)")
    build(book)
    change(book, "sum(leads.amount where true)", "sum(leads.amount)")
    told = build(book)
    digest = re.compile(r"Results <code>(\w+)</code>")
    assert digest.findall(told) == digest.findall(alone) != []
    assert warnings(told) != warnings(alone)


def test_records_are_found_by_page_and_metric_up_to_a_day() -> None:
    import datetime as dt

    def record(day: int, metric: str) -> Record:
        return Record(dt.date(2024, 4, day), "page", "", metric, "2024-03", day, "x")

    past = Past((record(1, "a"), record(9, "a"), record(2, "b"), record(3, "a")))
    assert [r.value for r in past.of("page", "", "a", dt.date(2024, 4, 5))] == [1, 3]
    assert past.of("other", "", "a", dt.date(2024, 4, 5)) == []


_ADDING = """
import datetime as dt, sys
from pathlib import Path
from tallybook.command.history import keep
from tallybook.judge.history import Record
sys.stdin.readline()
for n in range(40):
    name = f"{sys.argv[2]}{n}"
    keep(Path(sys.argv[1]), [Record(dt.date(2024, 4, 1), "page", "", name, "2024-03", n, "d")])
"""


def test_builds_at_the_same_time_lose_none_of_each_other_s_lines(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _ADDING, str(path), name], stdin=subprocess.PIPE, text=True
        )
        for name in "abc"
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.close()
    assert [process.wait(60) for process in running] == [0, 0, 0]
    with path.open(encoding="utf-8", newline="") as file:
        found = [row["metric"] for row in csv.DictReader(file)]
    assert sorted(found) == sorted(f"{name}{n}" for name in "abc" for n in range(40))
    assert [p.name for p in tmp_path.iterdir()] == ["history.csv"]


def test_a_line_that_another_build_has_added_is_not_added_again(tmp_path: Path) -> None:
    record = Record(dt.date(2024, 4, 1), "page", "", "leads", "2024-03", 1, "d")
    for _ in range(2):
        keep(tmp_path / "history.csv", [record])
    assert (tmp_path / "history.csv").read_text("utf-8").count("leads") == 1


def test_a_value_that_is_what_it_was_before_the_last_one_is_added(tmp_path: Path) -> None:
    for value in (1, 2, 1, 1):
        record = Record(dt.date(2024, 4, 1), "page", "", "leads", "2024-03", value, "d")
        keep(tmp_path / "history.csv", [record])
    with (tmp_path / "history.csv").open(encoding="utf-8", newline="") as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["1", "2", "1"]
