"""Links that go by computed columns."""

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
