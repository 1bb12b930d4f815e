"""The reference is made of the tables, and what it says of each finding happens."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
import yaml

from tallybook.book import open_book
from tallybook.rules import all_rules
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from tallybook.text.rule import Rule

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
RULES = {rule.id: rule for rule in all_rules()}

# The book in which the formulas of the rules' examples are tried.
BOOK = """\
currency: EUR
as_of: 2024-07-01
sources:
  deals:
    time: created_on
    columns: {deal_id: integer, created_on: date, closed_on: date, stage: string,
              amount: {type: decimal, unit: EUR}, currency: string, lead_id: integer}
    links: {lead: {to: leads, on: lead_id}}
  leads:
    key: lead_id
    time: created_on
    columns: {lead_id: integer, created_on: date, channel: string, amount: decimal,
              score: integer, account_id: integer}
    dimensions: [channel]
    links: {account: {to: accounts, on: account_id}}
  accounts: {key: account_id, columns: {account_id: integer, country: string}}
  tickets: {columns: {account_id: integer}}
  orders: {columns: {customer_id: integer, amount: decimal}}
  spend: {time: day, columns: {day: date, amount: {type: decimal, unit: EUR}}}
  balances: {columns: {day: date, amount: decimal}}
  subscriptions: {time: starts_on, columns: {starts_on: date, ends_on: date}}
metrics:
  revenue: {formula: sum(deals.amount)}
  customers: {formula: count(accounts)}
  win_rate: {formula: count(deals where stage = "won") / count(deals)}
"""


def found(formula: str, folder: Path) -> set[str]:
    """The ids of what is wrong with a formula."""
    return _findings(f"metrics:\n  tried:\n    formula: |\n      {formula}\n", folder)


def _findings(file: str, folder: Path) -> set[str]:
    """The ids of what is wrong with the book once it has one more file."""
    (folder / "tallybook.yml").write_text(BOOK, encoding="utf-8")
    (folder / "tried.yml").write_text(file, encoding="utf-8")
    tables = yaml.safe_load(BOOK)["sources"]
    empty = {name: pl.DataFrame({c: [] for c in t["columns"]}) for name, t in tables.items()}
    try:
        book = open_book(folder, sources=empty)
    except BookError as error:
        return {d.rule.id for d in error.diagnostics}
    return {d.rule.id for d in book.diagnostics}


FORMULAS = (
    "aggregate-of-aggregate",
    "formula-syntax",
    "metric-in-row",
    "other-source",
    "row-outside-aggregate",
    "unclear-source",
    "unclosed-parenthesis",
    "unit-mismatch",
    "unknown-column",
    "unknown-function",
    "unknown-link",
    "unknown-metric",
    "unknown-source",
    "wrong-arguments",
    "wrong-clause",
    "wrong-type",
)
# Rules whose wrong example is a formula, and whose mending is not in the formula.
MENDED_ELSEWHERE = ("no-link", "no-rates", "not-a-stock")


@pytest.mark.parametrize("rule", FORMULAS)
def test_a_formula_that_breaks_a_rule_is_mended_as_it_says(rule: str, tmp_path: Path) -> None:
    assert rule in found(RULES[rule].example, tmp_path)
    assert found(RULES[rule].instead, tmp_path) == set()


@pytest.mark.parametrize("rule", MENDED_ELSEWHERE)
def test_a_formula_breaks_the_rule_that_it_is_the_example_of(rule: str, tmp_path: Path) -> None:
    assert found(RULES[rule].example, tmp_path) == {rule}


# Rules whose wrong example is all of a file.
FILES = (
    "bad-name",
    "duplicate-key",
    "empty-file",
    "key-not-text",
    "low-contrast",
    "missing-formula",
    "not-a-mapping",
    "reserved-word",
    "several-documents",
    "unknown-key",
    "wrong-setting",
    "yaml-alias",
    "yaml-syntax",
    "yaml-tag",
)
_RETURN = "marketing_roi: {formula: revenue}"
_CALLS = "calls: {formula: count(leads), pair_with: win_rate}"
# Rules whose examples, wrong and right, belong into a place of a file.
PLACES = {
    "cycle": "metrics: {...}",
    "executive-card": f"metrics: {{{_RETURN}}}\nscorecards: {{...}}",
    "escaped-formula": "metrics:\n  tried:\n    ...",
    "kpi-without-owner": "metrics: {...}",
    "kpi-without-target": "metrics: {...}",
    "missing-key": "sources: {deals_too: {path: deals.csv, columns: {account_id: integer}, ...}}",
    "pair-missing": f"metrics: {{{_CALLS}}}\nscorecards: {{...}}",
    "percent-times-100": (
        "metrics: {won: {formula: revenue}, deals: {formula: revenue}, tried: ...}"
    ),
    "unknown-funnel": "funnels: {digital: [revenue]}\nscorecards: {page: {sections: [...]}}",
    "wrong-unit": "metrics: {tried: ...}",
    "wrong-value": "metrics: {tried: {formula: count(leads), ...}}",
}


@pytest.mark.parametrize("rule", FILES)
def test_a_file_breaks_the_rule_that_it_is_the_example_of(rule: str, tmp_path: Path) -> None:
    assert rule in _findings(RULES[rule].example + "\n", tmp_path)


@pytest.mark.parametrize("rule", PLACES)
def test_a_part_of_a_file_that_breaks_a_rule_is_mended_as_it_says(
    rule: str, tmp_path: Path
) -> None:
    wrong, right = (
        PLACES[rule].replace("...", text) + "\n"
        for text in (RULES[rule].example, RULES[rule].instead.split("\n\n")[0])
    )
    assert rule in _findings(wrong, tmp_path)
    assert rule not in _findings(right, tmp_path)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_says_what_why_and_what_instead(rule: Rule) -> None:
    assert rule.id == "-".join(rule.id.lower().split())
    assert rule.what.endswith(".")
    assert rule.why.endswith(".")
    assert rule.example.strip()
    assert rule.instead.strip()
    assert rule.example != rule.instead


def test_ids_stand_once() -> None:
    assert len(RULES) == len(all_rules())


def test_the_pages_of_the_reference_are_up_to_date() -> None:
    main = runpy.run_path(str(REFERENCE / "make.py"))["main"]
    assert main(["--check"]) == 0


def test_the_catalogue_of_the_library_is_up_to_date() -> None:
    main = runpy.run_path(str(REFERENCE.parent / "library" / "make.py"))["main"]
    assert main(["--check"]) == 0
