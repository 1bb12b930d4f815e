"""A KPI comes into a book by one YAML file: no other file changes, and it is everywhere."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from tallybook.book import open_book
from tallybook.command.main import run

README = Path(__file__).parents[1] / "README.md"
ADDED = "metrics/email_leads.yml"


def the_edit() -> str:
    """The file that the README shows."""
    shown = re.search(
        rf"`{ADDED}`:\n+```yaml\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert shown is not None
    return shown[1]


def contents(book: Path) -> dict[str, bytes]:
    return {
        path.relative_to(book).as_posix(): path.read_bytes()
        for path in sorted(book.rglob("*"))
        if path.is_file() and "build" not in path.parts
    }


@pytest.fixture
def book(made_book: Path, tmp_path: Path) -> Path:
    """A new book, before the edit."""
    return Path(shutil.copytree(made_book, tmp_path / "book"))


def test_one_file_brings_a_kpi_to_a_page_and_changes_no_other(book: Path, tmp_path: Path) -> None:
    before = contents(book)
    (book / ADDED).write_text(the_edit(), encoding="utf-8")
    assert run(["check", "--book", str(book), "--strict"]) == 0
    assert run(["build", "email", "--book", str(book), "--output", str(tmp_path / "out")]) == 0
    assert contents(book) == {**before, ADDED: the_edit().encode()}
    assert "Leads from email" in (tmp_path / "out" / "email.html").read_text(encoding="utf-8")


def test_the_kpi_is_what_the_rows_say(book: Path) -> None:
    (book / ADDED).write_text(the_edit(), encoding="utf-8")
    with (book / "data" / "leads.csv").open(encoding="utf-8", newline="") as file:
        june = [row for row in csv.DictReader(file) if row["created_at"].startswith("2024-06")]
    found = open_book(book).query("email_leads", start="2024-06-01", end="2024-06-30")
    assert found["email_leads"].to_list() == [sum(row["channel"] == "email" for row in june)]


@pytest.mark.parametrize("command", ["list metrics", "show email_leads", "query email_leads"])
def test_every_command_knows_the_kpi(
    book: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (book / ADDED).write_text(the_edit(), encoding="utf-8")
    assert run([*command.split(), "--book", str(book)]) == 0
    assert "email_leads" in capsys.readouterr().out
