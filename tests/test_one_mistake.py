"""One mistake is one finding, and not one more wherever its name is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path


def _told(folder: Path, *lines: str) -> list[tuple[str, str | None]]:
    (folder / "s.csv").write_text("day,channel\n2024-01-01,email\n", "utf-8")
    (folder / "tallybook.yml").write_text("as_of: 2024-02-01\ndata: .\n", "utf-8")
    (folder / "sources.yml").write_text("\n".join(lines) + "\n", "utf-8")
    metrics = "metrics:\n  s: {formula: count(s)}\n  t: {formula: count(s)}\n"
    (folder / "metrics.yml").write_text(metrics, "utf-8")
    with pytest.raises(BookError) as told:
        open_book(folder)
    return [(d.rule.id, d.help) for d in told.value.diagnostics]


def test_what_a_file_that_cannot_be_read_declares_is_not_told_as_unknown(tmp_path: Path) -> None:
    found = _told(tmp_path, "sources:", "  s:", "    path: s.csv", "     time: day")
    assert [rule for rule, _ in found] == ["yaml-syntax"]


def test_a_dimension_misspelt_is_no_circle(tmp_path: Path) -> None:
    found = _told(tmp_path, "sources: {s: {path: s.csv, time: day, dimensions: [chanel]}}")
    assert found == [("unknown-column", "did you mean `channel`?")]
