"""The book-wide settings, and formulas as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallybook.opening import open_checked
from tallybook.resolve.expanded import expanded, formula_text
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("setting", "message", "advice"),
    [
        ("timezone: Berlin", "`Berlin` is not a time zone", "did you mean `Europe/Berlin`?"),
        ("timezone: Nowhere/Land", "`Nowhere/Land` is not a time zone", None),
        ("week_starts: mon", "expected one of monday", "did you mean `monday`?"),
        ("fiscal_year_starts: aprl", "expected one of january", "did you mean `april`?"),
        ("currency: euro", "expected a currency code", "an ISO 4217 code: `EUR`"),
        ("locale: nonsense", "`nonsense` is not a language of the pages", None),
        (
            "locales: [en, jp]",
            "`jp` is not a language of the pages",
            "there is `ar`, `en`, `ja`, `ru`, `th`, `zh-Hant`",
        ),
    ],
)
def test_settings_that_mean_nothing(
    tmp_path: Path, setting: str, message: str, advice: str | None
) -> None:
    (tmp_path / "tallybook.yml").write_text(f"name: A\n{setting}\n", encoding="utf-8")
    with pytest.raises(BookError) as told:
        open_checked(tmp_path)
    (finding,) = told.value.diagnostics
    assert message in finding.message
    assert advice is None or finding.help == advice


@pytest.mark.parametrize("locale", ["en", "en-GB", "zh-Hant", "zh-Hant-TW", "pt_BR", "ar"])
def test_languages_of_the_pages(tmp_path: Path, locale: str) -> None:
    (tmp_path / "tallybook.yml").write_text(f"name: A\nlocale: {locale}\n", encoding="utf-8")
    if locale == "pt_BR":
        with pytest.raises(BookError):
            open_checked(tmp_path)
    else:
        assert open_checked(tmp_path).diagnostics == ()


def test_formulas_on_one_line_keep_their_texts(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("tag\na\n", encoding="utf-8")
    text = """
data: .
sources: {leads: {}}
metrics:
  odd:
    formula: |
      count(leads  # all of them
        where tag = "a  #1" )
  share: {formula: odd / count(leads)}
  change: {formula: (share - prior(share)) / (share + prior(share))}
"""
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    book = open_checked(tmp_path).checked.book
    assert formula_text(book.metrics["odd"]) == 'count(leads where tag = "a  #1" )'
    assert expanded("share", book) == 'count(leads where tag = "a  #1" ) / count(leads)'
    assert formula_text(book.metrics["change"]) == "(share - prior(share)) / (share + prior(share))"
