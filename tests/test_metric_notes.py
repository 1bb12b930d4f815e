"""What a book says of its metrics beside their values: replacements, segments, benchmarks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell
    from tallybook.text.diagnostic import Diagnostic

BOOK = """
name: Ours
as_of: 2024-03-01
data: .
sources:
  leads: {key: id, time: day, dimensions: [channel]}
  calls: {path: leads.csv, key: id, time: day}
"""


def lints(folder: Path, text: str) -> list[Diagnostic]:
    (folder / "leads.csv").write_text("id,day,channel\n1,2024-02-05,email\n", encoding="utf-8")
    (folder / "tallybook.yml").write_text(BOOK + text, encoding="utf-8")
    return list(open_book(folder).diagnostics)


USED = """
metrics:
  old: {formula: count(leads), deprecated: {use: new, since: 2024-01}}
  new: {formula: count(leads)}
"""


@pytest.mark.parametrize(
    "use",
    [
        "  twice: {formula: 2 * old}\n",
        "  held: {formula: new, target: {formula: old}}\n",
        "funnels: {way: [new, old]}\n",
        "scorecards: {page: {sections: [{tiles: [old]}]}}\n",
        "scorecards: {page: {sections: [{trend: old}]}}\n",
        "scorecards: {page: {sections: [{table: [new, old], by: channel}]}}\n",
    ],
)
def test_a_metric_on_its_way_out_is_told_where_it_is_used(tmp_path: Path, use: str) -> None:
    (found,) = lints(tmp_path, USED + use)
    assert found.rule.id == "deprecated-metric"
    assert found.message == "`old` is deprecated since 2024-01"
    assert found.help == "use `new`"
    assert found.span is not None
    assert found.span.text == "old"


def test_a_metric_on_its_way_out_may_use_another(tmp_path: Path) -> None:
    older = "  older: {formula: old + 1, deprecated: {}}\n"
    assert lints(tmp_path, USED + older) == []


def test_the_replacement_must_be_a_metric(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="there is no metric `knew`"):
        lints(tmp_path, USED.replace("use: new", "use: knew"))


def test_a_library_that_uses_it_is_not_told(tmp_path: Path) -> None:
    text = "library: [b2b_marketing]\nmetrics: {leads: {deprecated: {use: mqls}}}\n"
    assert lints(tmp_path, text) == []


@pytest.mark.parametrize(
    ("said", "message", "advice"),
    [
        ("chanel", "there is no dimension `chanel`", "did you mean `channel`?"),
        (
            "channel",
            "`both` cannot be cut by `channel`: its source `calls` lacks it",
            "`calls` offers no dimensions; list some under `dimensions`",
        ),
    ],
)
def test_a_segment_must_be_a_dimension_of_the_metric(
    tmp_path: Path, said: str, message: str, advice: str
) -> None:
    formula = "count(leads) / count(calls)"
    (found,) = lints(tmp_path, f"metrics: {{both: {{formula: {formula}, segment_by: [{said}]}}}}\n")
    assert (found.rule.id, found.message, found.help) == ("missing-segment", message, advice)


def test_a_segment_that_can_be_asked_is_in_order(tmp_path: Path) -> None:
    share = "count(leads) / total(count(calls))"
    assert lints(tmp_path, f"metrics: {{a: {{formula: {share}, segment_by: [channel]}}}}\n") == []


NOTED = """
metrics:
  rate:
    formula: count(leads) / count(calls)
    unit: percent
    segment_by: []
    benchmarks:
      - {value: 38%, where: {en: B2B software, ru: ПО для бизнеса}, source: A survey, date: 2023-05}
      - 25%
  seen: {formula: count(leads), segment_by: [channel], deprecated: {use: rate, since: 2024-02}}
scorecards: {page: {title: Page, period: 2024-02, sections: [{tiles: [rate]}]}}
"""


def test_show_tells_them(shell: Shell) -> None:
    lints(shell.folder, NOTED)
    page = shell("show", "rate").out
    assert "benchmarks    38%, B2B software (A survey, 2023-05)\n              25%" in page
    page = shell("show", "seen").out
    assert "segment by    channel" in page
    assert "deprecated    since 2024-02; use rate" in page
    facts = json.loads(shell("show", "rate", "--format", "json").out)
    assert facts["benchmarks"] == ["38%, B2B software (A survey, 2023-05)", "25%"]


def test_a_page_has_benchmarks_in_its_definitions_and_judges_by_none(shell: Shell) -> None:
    lints(shell.folder, NOTED)
    assert shell("build", "-q", "--format", "html,md", "--locale", "en").status == 0
    html = (shell.folder / "build" / "page.html").read_text(encoding="utf-8")
    assert "<dt>Benchmark<dd>38.0% · B2B software · A survey · 2023-05" in html
    assert "no target" in html.lower()
    assert shell("build", "-q", "--locale", "ru", "--output", "ru").status == 0
    (russian,) = (p for p in (shell.folder / "ru").glob("page*.html"))
    assert "Ориентир<dd>38,0\xa0% · ПО для бизнеса" in russian.read_text(encoding="utf-8")
