"""Pages in a real browser: accessible, quiet, whole at every width, with and without script.

Needs Chromium, Node and `npm ci` in tests/browser; says what is missing where it is skipped.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

import scorecards
from tallybook.present.contents import built, present_index
from tallybook.present.messages import available
from tallybook.present.page import Options, present
from tallybook.render.pages import render_html, render_index

TOOLS = Path(__file__).parent / "browser"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class Look:
    """What one page was in one way of looking at it."""

    page: str
    way: str
    requests: list[str]
    errors: list[str]
    text: str
    sideways: bool
    sorted: list[list[str]] | None
    violations: list[str]
    incomplete: list[str]


def browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium here")
    if shutil.which("node") is None:
        pytest.skip("no Node here")
    if not (TOOLS / "node_modules" / "axe-core").is_dir():
        pytest.skip("`npm ci` was not run in tests/browser")
    return found


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> list[Look]:
    found = browser()
    folder = tmp_path_factory.mktemp("pages")
    languages = tuple((tag, f"marketing.{tag}.html") for tag in available())
    options = Options(languages=languages, index="index.html", digest="0123456789ab")
    for tag, href in languages:
        view = present(scorecards.marketing(), tag, options)
        (folder / href).write_text(render_html(view), "utf-8")
    for name, card in (("corners", scorecards.corners()), ("hostile", scorecards.hostile())):
        (folder / f"{name}.html").write_text(render_html(present(card, "en")), "utf-8")
    pages = [built(scorecards.marketing(), tag, href) for tag, href in languages]
    (folder / "index.html").write_text(render_index(present_index(pages, "en")), "utf-8")
    done = subprocess.run(
        [shutil.which("node") or "node", str(TOOLS / "check.mjs"), found]
        + [str(path) for path in sorted(folder.glob("*.html"))],
        cwd=TOOLS,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Look(**json.loads(line)) for line in done.stdout.splitlines()]


def test_every_page_was_looked_at_in_every_way(looks: list[Look]) -> None:
    assert len(looks) == (len(available()) + 3) * 5


def test_no_accessibility_rule_is_broken_or_left_open(looks: list[Look]) -> None:
    broken = {(Path(x.page).name, x.way): x.violations for x in looks if x.violations}
    assert broken == {}
    undecided = {
        (Path(x.page).name, x.way): x.incomplete
        for x in looks
        # Twenty-three columns of a table are wider than any window.
        if x.incomplete and "hostile" not in x.page
    }
    assert undecided == {}


def test_nothing_is_asked_for_and_nothing_goes_wrong(looks: list[Look]) -> None:
    assert [x for x in looks if x.requests or x.errors] == []


def test_no_page_scrolls_sideways(looks: list[Look]) -> None:
    assert [(Path(x.page).name, x.way) for x in looks if x.sideways] == []


def test_the_same_text_stands_there_without_script(looks: list[Look]) -> None:
    for page in {x.page for x in looks}:
        texts = {x.text for x in looks if x.page == page}
        assert len(texts) == 1, Path(page).name


def test_breakdowns_sort_by_number_and_by_name_with_missing_values_last(
    looks: list[Look],
) -> None:
    states = next(x.sorted for x in looks if re.search(r"marketing\.en", x.page) and x.sorted)
    first, by_name_down, by_name_up, by_leads_down, by_leads_up = states
    assert by_name_up == sorted(first)
    assert by_name_down == sorted(first, reverse=True)
    assert by_leads_down[:2] == ["Organic search", "Paid search"]
    assert by_leads_up == list(reversed(by_leads_down))


def test_twelve_kpis_print_on_five_tagged_sheets_at_most(tmp_path: Path) -> None:
    found = browser()
    for tag in available():
        page, paper = tmp_path / f"{tag}.html", tmp_path / f"{tag}.pdf"
        page.write_text(render_html(present(scorecards.marketing(), tag)), "utf-8")
        switches = (
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--no-pdf-header-footer",
            f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={paper}",
        )  # fmt: skip
        subprocess.run(
            [found, *switches, page.as_uri()],
            capture_output=True,
            check=True,
        )
        printed = paper.read_bytes()
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) in range(1, 6), tag
        assert b"/StructTreeRoot" in printed
