"""Sources made by SQL from other sources, and what that SQL must not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

BOOK = """
as_of: 2024-03-01
data: .
timezone: Europe/Berlin
sources:
  emails: {{time: sent_at, columns: {{sent_at: datetime}}}}
  firsts:
    sql: |
      {sql}
    key: lead_id
    time: first_at
metrics:
  started: {{formula: count(firsts)}}
  mails: {{formula: sum(firsts.sent)}}
"""
SQL = "select lead_id, min(sent_at) as first_at, count(*) as sent from emails group by lead_id"
EMAILS = "lead_id,sent_at\na,2024-01-01 00:30\na,2024-02-02 00:00\nb,2024-02-01 00:10\n"


def _folder(tmp_path: Path, sql: str = SQL) -> Path:
    (tmp_path / "tallybook.yml").write_text(BOOK.format(sql=sql), encoding="utf-8")
    (tmp_path / "emails.csv").write_text(EMAILS, encoding="utf-8")
    return tmp_path


def test_rows_of_a_derived_source_are_placed_in_the_book_s_days(tmp_path: Path) -> None:
    found = open_book(_folder(tmp_path)).query(["started", "mails"], grain="month")
    assert found.select("period", "started", "mails").rows() == [
        ("2024-01", 1, 2),
        ("2024-02", 1, 1),
    ]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select * from read_csv('/etc/passwd')", "`read_csv` reads files"),
        ("select * from \"READ_CSV\"('/etc/passwd')", "`READ_CSV` reads files"),
        ("select * from read_parquet/**/('x')", "`read_parquet` reads files"),
        ("with a as (select * from scan_csv('x')) select * from a", "`scan_csv` reads files"),
        ("drop table emails", "it is not a `select`"),
        ("select nope from emails", 'unable to find column "nope"'),
        ("select * from emails; select 1", "one (and only one) statement"),
        ("select * from '/etc/passwd'", "'/etc/passwd'"),
    ],
)
def test_sql_that_is_refused(tmp_path: Path, sql: str, reason: str) -> None:
    with pytest.raises(BookError) as told:
        open_book(_folder(tmp_path, sql))
    (finding,) = told.value.diagnostics
    assert finding.rule.id == "wrong-sql"
    assert reason in finding.message


def test_text_may_say_anything(tmp_path: Path) -> None:
    sql = SQL.replace("from emails", "from emails where lead_id <> 'read_csv(x)'")
    assert open_book(_folder(tmp_path, sql)).query("started")["started"].item() == 2


def test_a_missing_file_is_one_finding(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "emails.csv").unlink()
    with pytest.raises(BookError) as told:
        open_book(folder)
    assert [d.rule.id for d in told.value.diagnostics] == ["missing-file"]


def test_a_comment_makes_no_circle(tmp_path: Path) -> None:
    folder = _folder(tmp_path, SQL.replace("from emails", "from emails /* see counted */"))
    counted = "  counted: {sql: select count(*) as n from firsts}\nmetrics:\n"
    file = folder / "tallybook.yml"
    file.write_text(file.read_text("utf-8").replace("metrics:\n", counted), encoding="utf-8")
    assert open_book(folder).query("started")["started"].item() == 2


def test_a_dimension_of_a_missing_file_is_no_circle(tmp_path: Path) -> None:
    sources = "sources: {deals: {time: at, columns: {at: date}, dimensions: [channel]}}\n"
    text = f"as_of: 2024-01-01\n{sources}metrics: {{n: {{formula: count(deals)}}}}\n"
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as told:
        open_book(tmp_path)
    assert [d.rule.id for d in told.value.diagnostics] == ["missing-file"]
