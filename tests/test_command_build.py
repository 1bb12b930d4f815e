"""`tally init` and `tally build`: a book that builds at once, and pages whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from shell import spawn

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell


def test_a_new_book_checks_strictly_and_builds_at_once(tmp_path: Path) -> None:
    made = spawn("init", "marketing", at=tmp_path)
    assert (made.status, made.out) == (0, "")
    assert made.err.splitlines()[1:] == ["  cd marketing", "  tally check", "  tally build"]
    book = tmp_path / "marketing"
    assert spawn("check", "--strict", at=book).status == 0
    built = spawn("build", at=book)
    assert (built.status, built.out) == (0, "")
    assert re.fullmatch(
        r"8 KPIs: \d on track.*, 5 no target \([\d.]+ s\) -> build/index.html\n", built.err
    )
    assert {p.name for p in (book / "build").iterdir()} == {
        "history.csv", "index.html", "marketing.html",
    }  # fmt: skip


def test_a_new_book_is_the_same_every_time(shell: Shell, made_book: Path) -> None:
    assert shell("init", "-q").status == 0
    assert content(shell.folder) == content(made_book)


def content(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def test_a_new_book_has_a_hook_and_a_job_that_check_it(made_book: Path) -> None:
    hooks = yaml.safe_load((made_book / ".pre-commit-config.yaml").read_text("utf-8"))
    assert hooks["repos"][0]["hooks"][0]["entry"] == "tally check --strict"
    job = yaml.safe_load((made_book / ".github/workflows/scorecard.yml").read_text("utf-8"))
    runs = [step.get("run") for step in job["jobs"]["scorecard"]["steps"]]
    assert "tally check --strict" in runs


def test_init_overwrites_nothing(in_book: Shell) -> None:
    in_book.write("tallybook.yml", "name: Mine\n")
    before = content(in_book.folder)
    ended = in_book("init")
    assert ended.status == 2
    assert "`tallybook.yml`" in ended.err
    assert content(in_book.folder) == before


def test_init_keeps_what_a_folder_has_for_reasons_of_its_own(shell: Shell) -> None:
    shell.write("README.md", "ours\n")
    shell.write("src/main.py", "pass\n")
    ended = shell("init")
    assert ended.status == 0
    assert "kept README.md as it was" in ended.err
    assert (shell.folder / "README.md").read_text("utf-8") == "ours\n"
    assert shell("check").status == 0


def test_init_refuses_a_file(shell: Shell) -> None:
    shell.write("book", "")
    assert shell("init", "book").status == 2


def test_every_format_is_written_and_leads_to_the_others(in_book: Shell) -> None:
    ended = in_book("build", "--format", "html,md", "--format", "html,md,json,csv")
    assert ended.status == 0
    folder = in_book.folder / "build"
    assert sorted(p.name for p in folder.iterdir()) == [
        "history.csv",
        "index.html",
        "marketing.csv",
        "marketing.html",
        "marketing.json",
        "marketing.md",
    ]
    page = (folder / "marketing.html").read_text("utf-8")
    for name in ("index.html", "marketing.md", "marketing.json", "marketing.csv"):
        assert f'href="{name}"' in page
    assert 'href="marketing.html"' in (folder / "index.html").read_text("utf-8")
    assert json.loads((folder / "marketing.json").read_text("utf-8"))["name"] == "marketing"


def test_a_workbook_is_one_more_format(in_book: Shell) -> None:
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    assert in_book("build", "--format", "xlsx", "--locale", "ar").status == 0
    (file,) = (in_book.folder / "build").glob("*.xlsx")
    assert file.name == "marketing.ar.xlsx"
    assert file.read_bytes().startswith(b"PK")


def test_a_workbook_without_its_library_says_what_to_install(
    in_book: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ended = in_book("build", "--format", "html,xlsx")
    assert ended.status == 2
    assert "tallybook[xlsx]" in ended.err
    assert not (in_book.folder / "build").exists()


def test_every_language_of_the_book_gets_a_page(in_book: Shell) -> None:
    settings = in_book.folder / "tallybook.yml"
    settings.write_text(settings.read_text("utf-8") + "locales: [en, ar, zh-Hant]\n", "utf-8")
    assert in_book("build", "--output", "site/pages").status == 0
    folder = in_book.folder / "site" / "pages"
    assert sorted(p.name for p in folder.iterdir()) == [
        "history.csv",
        "index.html",
        "marketing.ar.html",
        "marketing.html",
        "marketing.zh-Hant.html",
    ]
    assert 'href="marketing.ar.html"' in (folder / "marketing.html").read_text("utf-8")
    assert in_book("build", "--locale", "ar", "--output", "only").status == 0
    names = {p.name for p in (in_book.folder / "only").iterdir()}
    assert names == {"history.csv", "index.html", "marketing.ar.html"}


def test_the_same_book_data_and_day_give_the_same_bytes(in_book: Shell) -> None:
    for name in ("one", "two"):
        assert in_book("build", "--output", name, "--format", "html,md,json,csv").status == 0
    assert content(in_book.folder / "one") == content(in_book.folder / "two")


def test_a_page_of_another_day_population_and_parameter(in_book: Shell) -> None:
    asked = ("--as-of", "2024-03-15", "--where", 'channel = "email"', "--set", "lead_cost_goal=1")
    assert in_book("build", "--format", "json", *asked).status == 0
    card = json.loads((in_book.folder / "build" / "marketing.json").read_text("utf-8"))
    assert card["period"]["label"] == "2024-02"
    (cost,) = (d for d in card["definitions"] if d["metric"]["name"] == "cost_per_lead")
    assert cost["target"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("marketng",), "did you mean `marketing`?"),
        (("--format", "pdf"), "`pdf` is none of"),
        (("--locale", "../../evil"), "there is no locale"),
        (("--as-of", "soon"), "`--as-of soon` is not a day"),
        (("--where", "colour = 1"), "there is no dimension `colour`"),
        (("--output", "tallybook.yml"), "tallybook.yml"),
    ],
)
def test_what_cannot_be_built_is_wrong_usage_and_writes_nothing(
    in_book: Shell, arguments: tuple[str, ...], message: str
) -> None:
    before = content(in_book.folder)
    ended = in_book("build", *arguments)
    assert ended.status == 2
    assert message in ended.err
    assert content(in_book.folder) == before


def test_a_book_without_a_scorecard_says_so(in_book: Shell) -> None:
    (in_book.folder / "scorecard.yml").unlink()
    ended = in_book("build")
    assert ended.status == 2
    assert "the book has no scorecard" in ended.err


def test_nothing_is_written_unless_every_page_can_be(in_book: Shell) -> None:
    in_book.write(
        "second.yml",
        "sources: {visits: {time: at, columns: {at: datetime, n: integer}}}\n"
        "metrics: {visits: {formula: sum(visits.n)}}\n"
        "scorecards: {second: {sections: [{tiles: [visits]}]}}\n",
    )
    in_book.write("data/visits.csv", "at,n\n2024-06-01,many\n")
    ended = in_book("build")
    assert ended.status == 1
    assert "error[unreadable-value]" in ended.err
    assert not (in_book.folder / "build").exists()
    assert in_book("build", "marketing").status == 0


def test_a_github_job_gets_the_page_in_its_summary(
    in_book: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(in_book.folder / "summary.md"))
    assert in_book("build").status == 0
    assert "Marketing scorecard" in (in_book.folder / "summary.md").read_text("utf-8")


EACH = """
sources: {leads: {time: day, dimensions: [region]}}
metrics: {leads: {formula: count(leads), target: 2, better: higher}}
scorecards: {page: {period: 2024-01, for_each: region, sections: [{tiles: [leads]}]}}
as_of: 2024-02-01
"""
ROWS = "day,region\n2024-01-01,EU/West\n2024-01-02,EU/West\n2024-01-03,\n2023-01-03,Gone\n"


def each(shell: Shell) -> None:
    shell.write("tallybook.yml", EACH)
    shell.write("data/leads.csv", ROWS)


def test_a_scorecard_for_each_member_has_a_page_of_each_and_of_all(shell: Shell) -> None:
    each(shell)
    ended = shell("build", "--format", "html,json")
    assert ended.status == 0
    assert "1 KPI: 1 on track" in ended.err
    built = shell.folder / "build"
    stems = ("page", "page.eu-west", "page.not-given")
    assert {p.name for p in built.iterdir()} == {
        "history.csv",
        "index.html",
        *(f"{stem}.{suffix}" for stem in stems for suffix in ("html", "json")),
    }
    values = [
        json.loads((built / f"{stem}.json").read_text("utf-8"))["sections"][0]["tiles"][0]["value"]
        for stem in stems
    ]
    assert values == [3, 2, 1]
    one = (built / "page.eu-west.html").read_text("utf-8")
    assert "<title>Page · EU/West: January 2024</title>" in one
    assert '<a href="page.html"><bdi>All</bdi></a>' in one
    assert '<a href="page.not-given.html"><bdi>Not given</bdi></a>' in one
    assert "Page · EU/West" in (built / "index.html").read_text("utf-8")


def test_another_dimension_can_be_asked_for(shell: Shell) -> None:
    each(shell)
    ended = shell("build", "--for-each", "regoin")
    assert ended.status == 2
    assert "did you mean `region`?" in ended.err


def test_all_locales_and_what_is_sent(shell: Shell) -> None:
    each(shell)
    assert shell("build", "--locale", "all", "--format", "html,chat,mail").status == 0
    names = {p.name for p in (shell.folder / "build").iterdir()}
    assert {"page.html", "page.ja.html", "page.zh-Hant.eu-west.html"} & names
    assert {"page.txt", "page.mail.html", "page.ar.txt", "page.ru.mail.html"} <= names
    page = (shell.folder / "build" / "page.html").read_text("utf-8")
    assert "download" not in page
    assert (shell.folder / "build" / "page.txt").read_text("utf-8").startswith("Page: January 2024")


def links(page: str) -> dict[str, str]:
    """Where a page's neighbours are: `rel` to address."""
    return {rel: href for href, rel in re.findall(r'<a href="([^"]*)" rel="(prev|next)"', page)}


def test_pages_of_several_periods_lead_to_each_other(in_book: Shell) -> None:
    asked = ("--period", "2024-06", "--period", "2024-04", "--period", "2024-05")
    assert in_book("build", "--as-of", "2024-07-01", *asked).status == 0
    built = in_book.folder / "build"
    assert {p.name for p in built.glob("*.html")} == {
        "index.html",
        "marketing.2024-04.html",
        "marketing.2024-05.html",
        "marketing.html",
    }
    pages = {p.name: p.read_text("utf-8") for p in built.glob("*.html")}
    assert links(pages["marketing.2024-04.html"]) == {"next": "marketing.2024-05.html"}
    assert links(pages["marketing.2024-05.html"]) == {
        "prev": "marketing.2024-04.html",
        "next": "marketing.html",
    }
    assert links(pages["marketing.html"]) == {"prev": "marketing.2024-05.html"}
    rows = re.findall(r'<th scope=row><a href="([^"]*)"', pages["index.html"])
    assert rows == ["marketing.html", "marketing.2024-05.html", "marketing.2024-04.html"]


def test_a_page_of_a_period_is_named_alike_whatever_else_is_built(in_book: Shell) -> None:
    day = ("--as-of", "2024-07-01")
    assert in_book("build", *day, "--output", "one", "--period", "2024-05").status == 0
    assert {p.name for p in (in_book.folder / "one").iterdir()} == {
        "history.csv",
        "index.html",
        "marketing.2024-05.html",
    }
    twice = ("--period", "2024-06", "--period", "last complete month")
    assert in_book("build", *day, "--output", "two", *twice).status == 0
    assert in_book("build", *day, "--output", "three").status == 0
    assert content(in_book.folder / "two") == content(in_book.folder / "three")


def test_members_of_several_periods_lead_to_themselves_in_the_others(shell: Shell) -> None:
    each(shell)
    shell.write("data/leads.csv", ROWS + "2023-12-05,EU/West\n2023-12-06,2024-01\n")
    asked = ("--period", "2023-12", "--period", "2024-01", "--period", "2023")
    assert shell("build", *asked).status == 0
    built = shell.folder / "build"
    names = {p.name for p in built.iterdir()}
    assert {"page.2023-12.eu-west.html", "page.2023-12.2024-01.html", "page.2023.gone.html"} < names
    west = (built / "page.2023-12.eu-west.html").read_text("utf-8")
    assert links(west) == {"next": "page.eu-west.html"}
    assert '<a href="page.2023-12.html"><bdi>All</bdi></a>' in west
    assert links((built / "page.2023.html").read_text("utf-8")) == {}


def test_a_period_that_is_none_is_refused(in_book: Shell) -> None:
    ended = in_book("build", "--period", "sometime")
    assert ended.status == 2
    assert "expected a period, found `sometime`" in ended.err
    assert not (in_book.folder / "build").exists()


def test_fragments_are_for_other_pages_to_hold(in_book: Shell) -> None:
    assert in_book("build", "--fragment", "--format", "html,csv").status == 0
    built = in_book.folder / "build"
    assert {p.name for p in built.iterdir()} == {"history.csv", "marketing.csv", "marketing.html"}
    text = (built / "marketing.html").read_text("utf-8")
    assert text.startswith("<style>@scope (.tallybook)")
    assert not re.search(r"<(html|head|body|header|footer|script)\b", text)


def test_a_page_says_which_rows_it_is_of_at_every_definition(in_book: Shell) -> None:
    assert in_book("build", "--where", 'channel = "email"').status == 0
    page = (in_book.folder / "build" / "marketing.html").read_text("utf-8")
    told = page.count("Only rows with<dd><code>channel = &#34;email&#34;</code>")
    assert told == page.count("<dt>Formula<dd>") > 0


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    command = [shutil.which("git") or "git", *who, *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
def test_a_page_names_the_revision_of_its_book(in_book: Shell) -> None:
    def told() -> str:
        assert in_book("build", "--format", "json", "--output", "../out").status == 0
        card = json.loads((in_book.folder / "../out/marketing.json").read_text("utf-8"))
        return str(card["revision"])

    assert told() == "None"
    git(in_book.folder, "init", "-q")
    assert told() == "None"
    git(in_book.folder, "add", ".")
    git(in_book.folder, "commit", "-q", "-m", "book")
    first = told()
    assert re.fullmatch("[0-9a-f]{10}", first)
    in_book.write("tallybook.yml", (in_book.folder / "tallybook.yml").read_text("utf-8") + "# x\n")
    assert told() == f"{first}-dirty"
