"""Lints on what is steered by: owners, targets, pairs, and how many KPIs a page has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.text.diagnostic import Diagnostic

LEADS = pl.DataFrame({"day": ["2024-01-01"]}, schema={"day": pl.String}).with_columns(
    pl.col("day").str.to_date()
)


def lints(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    book = "currency: EUR\nsources: {leads: {time: day}}\n" + text
    (folder / "tallybook.yml").write_text(book, encoding="utf-8")
    return open_book(folder, sources={"leads": LEADS}).diagnostics


def kpis(number: int, role: str = "role: kpi, ") -> str:
    metrics = "".join(
        f"  m{n}: {{formula: count(leads), {role}owner: me, target: 3}}\n" for n in range(number)
    )
    names = ", ".join(f"m{n}" for n in range(number))
    return f"metrics:\n{metrics}scorecards: {{page: {{sections: [{{tiles: [{names}]}}]}}}}\n"


def test_nine_kpis_are_a_handful_and_ten_are_not(tmp_path: Path) -> None:
    assert not lints(tmp_path, kpis(9))
    (found,) = lints(tmp_path, kpis(10))
    assert found.rule.id == "too-many-kpis"
    assert found.span is not None
    assert found.span.text == "m9"


def test_only_kpis_are_counted(tmp_path: Path) -> None:
    assert not lints(tmp_path, kpis(20, role=""))


@pytest.mark.parametrize(
    "held", ["target: 3", "better: [2, 4]", 'status: {good: "<= 3", watch: "<= 5"}']
)
def test_a_kpi_is_held_to_something(tmp_path: Path, held: str) -> None:
    metric = f"{{formula: count(leads), role: kpi, owner: me, {held}}}"
    assert not lints(tmp_path, f"metrics: {{a: {metric}}}\n")


def test_a_pair_may_stand_anywhere_on_the_page(tmp_path: Path) -> None:
    metrics = (
        "metrics: {a: {formula: count(leads), pair_with: [b, c]}, b: {formula: a}, c: {formula: a}}"
    )
    page = "\nscorecards: {page: {sections: [{tiles: [a]}, {trend: TREND}]}}\n"
    assert not lints(tmp_path, metrics + page.replace("TREND", "c"))
    (found,) = lints(tmp_path, metrics + page.replace("TREND", "a"))
    assert (found.rule.id, found.help) == ("pair-missing", "add `b` to the scorecard")


@pytest.mark.parametrize(
    ("tags", "lacking"),
    [
        ("[sales]", "revenue` and none for `return"),
        ("[digital:revenue]", "return"),
        ("[roi]", "revenue"),
        ("[revenue, return]", None),
    ],
)
def test_executives_ask_for_revenue_and_return(
    tmp_path: Path, tags: str, lacking: str | None
) -> None:
    found = lints(
        tmp_path,
        f"metrics: {{a: {{formula: count(leads), tags: {tags}}}}}\n"
        "scorecards: {page: {audience: executive, sections: [{tiles: [a]}]}}\n",
    )
    told = [d.message.partition("no tile for ")[2] for d in found]
    assert told == ([] if lacking is None else [lacking.replace("`", "")])


def test_a_library_s_own_scorecards_are_not_judged(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_text("library: [b2b_marketing]\n", encoding="utf-8")
    assert not open_book(tmp_path).diagnostics


def test_a_length_of_time_must_be_one(tmp_path: Path) -> None:
    text = "sources: {leads: {time: day, fresh_within: 2d}, days: {fresh_within: 2 days}}\n"
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as told:
        open_book(tmp_path, sources={"leads": LEADS, "days": LEADS})
    assert [d.message for d in told.value.diagnostics] == [
        "expected a length of time, found `2d`",
        "`days` has no `time`, so how old its rows are is not known",
    ]


TWO_PAGES = """metrics:
  leads: {formula: FORMULA, target: TARGET}
scorecards:
  a: {period: last complete month, sections: [{tiles: [leads]}]}
  b: {period: PERIOD, sections: [{tiles: [leads]}, {trend: leads}]}
"""


def two_pages(folder: Path, formula: str, target: str, period: str) -> tuple[Diagnostic, ...]:
    text = TWO_PAGES.replace("FORMULA", formula).replace("TARGET", target)
    return lints(folder, text.replace("PERIOD", period))


@pytest.mark.parametrize(
    ("period", "length"),
    [
        ("last complete quarter", "quarter"),
        ("FY2024", "year"),
        ("year to date", "year"),
        ("trailing 7 days", "7 days"),
    ],
)
def test_a_sum_is_not_held_to_one_number_by_periods_of_two_lengths(
    tmp_path: Path, period: str, length: str
) -> None:
    (found,) = two_pages(tmp_path, "count(leads)", "40", period)
    assert found.rule.id == "target-of-two-periods"
    assert found.message == f"`leads` is held to the same number by month and by {length}"
    assert found.span is not None
    assert found.span.source.position(found.span.start)[0] == 7


@pytest.mark.parametrize(
    ("formula", "target", "period"),
    [
        ("count(leads)", "40", "2024-05"),
        ("count(leads)", "40", "trailing 30 days"),
        ("count(leads)", "0", "last complete quarter"),
        ("count(leads)", '{formula: "prior(leads, 1 year)"}', "last complete quarter"),
        ("count(leads) / 2", "40", "last complete quarter"),
        ('"trailing(count(leads), 28 days)"', "40", "last complete quarter"),
    ],
)
def test_numbers_that_are_right_for_both_pages_are_no_lint(
    tmp_path: Path, formula: str, target: str, period: str
) -> None:
    assert not two_pages(tmp_path, formula, target, period)


@pytest.mark.parametrize(
    ("formula", "checks", "told"),
    [
        ("count(leads at shut)", "[]", True),
        ("count(leads at leads.shut)", "[]", True),
        ("count(leads at shut)", "[not_null: shut]", False),
        ("count(leads at day)", "[]", False),
        ("count(leads.shut at shut)", "[]", False),
        ("count(leads where shut is not null at shut)", "[]", False),
    ],
)
def test_rows_counted_by_a_time_that_they_may_lack_are_a_lint(
    tmp_path: Path, formula: str, checks: str, told: bool
) -> None:
    (tmp_path / "leads.csv").write_text("day,shut\n2024-01-01,2024-01-02\n2024-01-01,\n")
    (tmp_path / "tallybook.yml").write_text(
        f"sources: {{leads: {{path: leads.csv, time: day, checks: {checks}}}}}\n"
        f"metrics: {{closed: {{formula: {formula}}}}}\n"
    )
    found = open_book(tmp_path).diagnostics
    assert [d.rule.id for d in found] == ["rows-without-time"] * told
    assert all(d.help and "`count(leads.shut at " in d.help for d in found)
