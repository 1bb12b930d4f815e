"""`tally check --data`: whether the data is what the book says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.text.diagnostic import Diagnostic

BOOK = """
as_of: 2024-04-01
sources:
  deals:
    key: deal_id
    time: day
    links: {owner: {to: people, on: owner_id}}
    checks:
      - not_null: amount
      - accepted: {stage: [open, won, lost]}
      - "amount >= 0"
      - unique: [day, stage]
  people: {key: person_id}
metrics:
  deals_count: {formula: count(deals)}
"""
GOOD: dict[str, list[object]] = {
    "deal_id": [1, 2, 3],
    "day": [dt.date(2024, 1, d) for d in (1, 2, 3)],
    "owner_id": [1, 1, None],
    "amount": [10, 20, 0],
    "stage": ["open", "won", None],
}
PEOPLE: dict[str, list[object]] = {"person_id": [1, 2]}


def _findings(
    folder: Path, deals: dict[str, list[object]], people: dict[str, list[object]]
) -> tuple[Diagnostic, ...]:
    (folder / "tallybook.yml").write_text(BOOK, encoding="utf-8")
    frames = {"deals": pl.DataFrame(deals, strict=False), "people": pl.DataFrame(people)}
    return open_book(folder, sources=frames).check_data()


def test_good_data_has_no_findings(tmp_path: Path) -> None:
    assert _findings(tmp_path, {**GOOD}, {**PEOPLE}) == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"deal_id": [1, 1, 3]}, "`deal_id` = `1` stands in 2 rows of `deals`, and must be unique"),
        ({"amount": [10, None, 0]}, "1 row(s) of `deals` break `amount is not null`"),
        ({"amount": [10, -5, -7]}, "2 row(s) of `deals` break `amount >= 0`: `amount` = `-5`"),
        (
            {"stage": ["open", "own", None]},
            "break `stage is one of the values listed`: `stage` = `own`",
        ),
        (
            {"day": [dt.date(2024, 1, 1)] * 3, "stage": ["won"] * 3},
            "`day` = `2024-01-01`, `stage` = `won` stands in 3 rows",
        ),
    ],
)
def test_broken_rows_are_told(
    tmp_path: Path, change: dict[str, list[object]], message: str
) -> None:
    (finding,) = _findings(tmp_path, {**GOOD, **change}, {**PEOPLE})
    assert message in finding.message
    assert finding.span is not None


def test_a_link_to_a_key_that_is_not_unique(tmp_path: Path) -> None:
    found = _findings(tmp_path, {**GOOD}, {"person_id": [1, 1]})
    assert [d.rule.id for d in found] == ["key-not-unique", "key-not-unique"]
    assert any("`deals.owner` could be several rows" in d.message for d in found)


def test_a_check_of_a_column_that_is_not_there(tmp_path: Path) -> None:
    wrong = BOOK.replace("not_null: amount", "not_null: amuont")
    (tmp_path / "tallybook.yml").write_text(wrong, encoding="utf-8")
    with pytest.raises(BookError, match="has no column `amuont`"):
        open_book(tmp_path, sources={"deals": pl.DataFrame(GOOD), "people": pl.DataFrame(PEOPLE)})
