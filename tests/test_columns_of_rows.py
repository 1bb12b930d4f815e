"""Columns that belong to rows: keys of links may be computed, and none knows a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

BOOK = """
data: .
sources:
  firms:
    key: code
    columns: {code: {type: string, formula: lower(id)}, country: string}
    dimensions: [country]
  leads:
    columns:
      domain: string
      short: {formula: 'replace(domain, ".example", "")'}
      firm: {formula: lower(short)}
      mother: {formula: by_name.country}
    links: {by_name: {to: firms, on: firm}}
    dimensions: [{country: by_name.country}]
metrics: {leads: {formula: count(leads)}}
"""


def written(folder: Path, text: str = BOOK) -> Path:
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    (folder / "firms.csv").write_text("id,country\nACME,DE\nBolt,FR\n", encoding="utf-8")
    rows = "id,domain\n1,Acme.example\n2,acme.example\n3,bolt.example\n4,none.example\n"
    (folder / "leads.csv").write_text(rows, encoding="utf-8")
    return folder


def test_a_link_may_go_by_a_computed_column_to_a_computed_key(tmp_path: Path) -> None:
    found = open_book(written(tmp_path)).query("leads", by="country")
    assert found.select("country", "leads").rows() == [("DE", 2), ("FR", 1), (None, 1)]


def test_a_key_that_is_looked_up_itself_is_refused(tmp_path: Path) -> None:
    text = BOOK.replace("on: firm}}", "on: firm}, second: {to: firms, on: mother}}")
    with pytest.raises(BookError) as told:
        open_book(written(tmp_path, text))
    (finding,) = told.value.diagnostics
    assert finding.rule.id == "no-key"
    assert finding.message == "`second` goes by `mother`, which is looked up in another source"


@pytest.mark.parametrize(
    "said",
    [
        'columns: {n: {formula: "count(leads where by < period.end)"}}',
        'columns: {n: {formula: "days(since, period.start)"}}',
        'dimensions: [{late: "since < period.start"}]',
        'checks: ["since < period.end"]',
    ],
)
def test_what_belongs_to_rows_has_no_period(tmp_path: Path, said: str) -> None:
    (tmp_path / "tallybook.yml").write_text(
        "data: .\nsources:\n"
        f"  firms: {{key: id, time: since, {said}}}\n"
        "  leads: {time: by, links: {firm: {to: firms, on: firm}}}\n"
        "metrics: {leads: {formula: count(leads where by < period.end)}}\n",
        encoding="utf-8",
    )
    (tmp_path / "firms.csv").write_text("id,since\na,2024-01-01\n", encoding="utf-8")
    (tmp_path / "leads.csv").write_text("by,firm\n2024-01-01,a\n", encoding="utf-8")
    with pytest.raises(BookError) as told:
        open_book(tmp_path)
    assert {d.rule.id for d in told.value.diagnostics} == {"no-period"}
