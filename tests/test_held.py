"""A column that holds what another source counts as well, and metrics that add the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallybook.opening import open_checked
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell
    from tallybook.text.diagnostic import Diagnostic

BOOK = """
data: .
currency: EUR
sources:
  spend:
    time: day
    columns:
      day: date
      category: string
      team: string
      amount:
        {{type: float, unit: EUR, holds: {{column: ads.cost, where: {where}}}}}
  ads:
    time: day
    columns:
      {{day: date, cost: {{type: float, unit: EUR}}, value: {{type: float, unit: EUR}}}}
scopes: {{bought: category = "ads"}}
metrics:
  paid: {{formula: sum(ads.cost)}}
  all_cost: {{formula: '{formula}'}}
"""


def lints(folder: Path, formula: str, where: str = 'category = "ads"') -> list[Diagnostic]:
    text = BOOK.format(formula=formula, where=f"'{where}'")
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    (folder / "spend.csv").write_text("day,category,team,amount\n2024-01-01,ads,m,1.5\n", "utf-8")
    (folder / "ads.csv").write_text("day,cost,value\n2024-01-01,1.5,2.5\n", "utf-8")
    return list(open_checked(folder).diagnostics)


TWICE = [
    "sum(spend.amount) + sum(ads.cost)",
    "sum(spend.amount) + paid",
    "(sum(ads.cost) + 2 * 0 + sum(spend.amount)) / 12",
    "prior(sum(spend.amount) + paid)",
    'sum(spend.amount where category = "ads") + paid',
    "sum(spend.amount where bought) + paid",
    'sum(spend.amount where team = "m") + paid',
    "1.2 * sum(spend.amount) + coalesce(paid, 0)",
    "paid / (sum(spend.amount) + paid)",
]
ONCE = [
    'sum(spend.amount where category != "ads") + sum(ads.cost)',
    "sum(spend.amount where not bought) + paid",
    "sum(spend.amount) - paid",
    "paid / sum(spend.amount)",
    "sum(spend.amount) + sum(ads.value)",
    "least(sum(spend.amount), paid)",
    "(sum(spend.amount) + 2) / (paid + 1)",
]


@pytest.mark.parametrize("formula", TWICE)
def test_what_is_counted_twice_is_a_lint(tmp_path: Path, formula: str) -> None:
    (lint,) = lints(tmp_path, formula)
    assert lint.rule.id == "counted-twice"
    assert lint.message == "`all_cost` adds `ads.cost` to `spend.amount`, which holds it already"


@pytest.mark.parametrize("formula", ONCE)
def test_what_is_counted_once_is_none(tmp_path: Path, formula: str) -> None:
    assert lints(tmp_path, formula) == []


def test_a_metric_made_of_such_a_sum_is_told_of_once(tmp_path: Path) -> None:
    text = "metrics: {more: {formula: all_cost / 2}}"
    (tmp_path / "more.yml").write_text(text, encoding="utf-8")
    found = lints(tmp_path, "sum(spend.amount) + paid")
    assert [d.message.split("`")[1] for d in found] == ["all_cost"]


def test_the_lint_is_silenced_at_its_place(shell: Shell) -> None:
    text = BOOK.format(formula="sum(spend.amount) + paid", where="'true'")
    quiet = text.rstrip() + "  # tally: ignore[counted-twice]\n"
    shell.write("spend.csv", "day,category,team,amount\n2024-01-01,ads,m,1.5\n")
    shell.write("ads.csv", "day,cost,value\n2024-01-01,1.5,2.5\n")
    shell.write("tallybook.yml", text)
    assert shell("check", "--strict").status == 1
    shell.write("tallybook.yml", quiet)
    assert shell("check", "--strict").status == 0


def test_what_holds_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BookError) as told:
        lints(tmp_path, "paid", where="kategory = 1")
    assert [d.rule.id for d in told.value.diagnostics] == ["unknown-column"]


def test_a_book_on_the_library_is_told(shell: Shell) -> None:
    shell.write("tallybook.yml", "library: [b2b_marketing]\ndata: .\ncurrency: EUR\n")
    shell.write(
        "m.yml", "metrics: {total: {formula: marketing_spend + ad_spend, unit: currency}}\n"
    )
    shell.write("spend.csv", "spent_on,team,category,amount\n2024-01-01,marketing,ads,5\n")
    shell.write("ad_stats.csv", "day,cost\n2024-01-01,5\n")
    told = shell("check")
    assert "`total` adds `ad_stats.cost` to `spend.amount`, which holds it already" in told.err
