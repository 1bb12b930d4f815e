"""Mistakes that people make: found once, at their place, with advice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tallybook.check import rules as checking
from tallybook.declare import rules as declaring
from tallybook.opening import open_checked
from tallybook.parse import rules as parsing
from tallybook.resolve import rules as resolving
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from tallybook.text.diagnostic import Diagnostic

_FOLDER = Path(__file__).with_name("mistakes")
_BOOK = (_FOLDER / "tallybook.yml").read_text(encoding="utf-8")
_MISTAKES = yaml.safe_load((_FOLDER / "mistakes.yml").read_text(encoding="utf-8"))
_HEADERS = {
    "deals": "deal_id,closed_at,opened_on,stage,amount,rep_id,channel,code",
    "reps": "rep_id,team,quota,hired_on",
    "visits": "visit_id,visited_on,source,code",
    "seats": "starts_on,ends_on,price",
}
Mistake = dict[str, Any]  # as YAML gives it


def _found(text: str, folder: Path) -> tuple[Diagnostic, ...]:
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    (folder / "data").mkdir()
    for name, header in _HEADERS.items():
        (folder / "data" / f"{name}.csv").write_text(f"{header}\n", encoding="utf-8")
    try:
        return open_checked(folder).diagnostics
    except BookError as error:
        return error.diagnostics


def _with(mistake: Mistake) -> str:
    if "for" not in mistake:
        return str(mistake["write"])
    assert mistake["for"] in _BOOK
    return _BOOK.replace(mistake["for"], mistake["write"], 1)


def test_the_book_has_no_mistake(tmp_path: Path) -> None:
    assert not _found(_BOOK, tmp_path)


@pytest.mark.parametrize("mistake", _MISTAKES, ids=lambda m: m["mistake"])
def test_the_mistake_is_found(mistake: Mistake, tmp_path: Path) -> None:
    found = list(_found(_with(mistake), tmp_path))
    (finding,) = [d for d in found if d.rule.id == mistake["rule"]][:1]
    found.remove(finding)
    assert finding.span is not None
    line, column = finding.span.source.position(finding.span.start)
    assert finding.message == mistake["says"]
    assert finding.help == mistake.get("help")
    assert (f"{line}:{column}", finding.span.text) == (mistake["at"], mistake["marks"])
    assert [d.rule.id for d in found] == mistake.get("also", [])


# Rules about what a book's data and library hold, which have tests of their own.
_ELSEWHERE = {"missing-column", "defined-twice", "no-targets", "empty-formula"}


def test_every_rule_of_names_and_formulas_has_its_mistake() -> None:
    rules = [r for stage in (declaring, parsing, resolving, checking) for r in stage.RULES]
    made = {mistake["rule"] for mistake in _MISTAKES}
    missing = {rule.id for rule in rules if rule.severity == "error"} - made - _ELSEWHERE
    assert not missing
