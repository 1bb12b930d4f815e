"""`tally init --template b2b-marketing`: the whole library on the data of a whole company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallybook.book import open_book
from tallybook.command.main import run
from tallybook.sample import TABLES, Company, Data, size_for

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell

MAKE = ("init", "-q", "--template", "b2b-marketing")


@pytest.fixture(scope="module", params=[1, 2])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small companies, which differ by their seed."""
    folder = tmp_path_factory.mktemp("company") / "book"
    assert run([*MAKE, "--leads", "60", "--seed", str(request.param), str(folder)]) == 0
    return folder


def test_it_checks_strictly_with_its_data(company: Path) -> None:
    assert run(["check", "-q", "--strict", "--data", str(company)]) == 0


def test_its_page_builds_and_all_its_metrics_have_what_they_need(company: Path) -> None:
    pages = company / "build"
    said = ["--strict", "--book", str(company), "--output", str(pages)]
    assert run(["build", "-q", "marketing", *said]) == 0
    assert (pages / "marketing.html").is_file()
    book = open_book(company)
    assert not any(metric.lacks for metric in book.checked.metrics.values())


def test_it_passes_its_test(company: Path) -> None:
    assert run(["test", "-q", str(company)]) == 0


def test_it_has_every_table_of_the_library(company: Path) -> None:
    assert {p.stem for p in (company / "data").iterdir()} == {table.name for table in TABLES}
    assert (company / ".github" / "workflows" / "scorecard.yml").is_file()


def test_the_same_seed_gives_the_same_book_and_another_does_not(shell: Shell) -> None:
    for folder, seed in (("one", "3"), ("two", "3"), ("three", "4")):
        assert shell(*MAKE, "--leads", "20", "--seed", seed, folder).status == 0

    def content(folder: str) -> dict[str, bytes]:
        root = shell.folder / folder
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    assert content("one") == content("two")
    assert content("one").keys() == content("three").keys()
    assert content("one") != content("three")


def test_data_may_be_parquet(shell: Shell) -> None:
    assert shell(*MAKE, "--leads", "20", "--format", "parquet").status == 0
    assert {p.suffix for p in (shell.folder / "data").iterdir()} == {".parquet"}
    assert shell("query", "leads", "mrr", "--grain", "quarter").status == 0


@pytest.mark.parametrize("leads", [300, 3000])
def test_there_are_about_as_many_leads_as_asked_for(leads: int) -> None:
    made = list(Data(Company(seed=8, months=24, size=size_for(leads))).table("leads"))
    assert 0.9 < len(made) / leads < 1.1


def test_the_starter_takes_no_size(shell: Shell) -> None:
    ended = shell("init", "--leads", "50", "new")
    assert ended.status == 2
    assert "--template b2b-marketing" in ended.err
    assert not (shell.folder / "new").exists()
