"""Which cost counts: scopes by name, and what a book may say of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from proofs import DEFINED, LIBRARY, library_as_book
from tallybook.sample import generate

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell

SCOPED = ("cpl", "cost_per_mql", "cost_per_sql", "cost_per_sqo", "cac", "cost_per_conversion")
START, END = dt.date(2023, 7, 1), dt.date(2024, 6, 30)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, size=0.05, seed=2, format="parquet")
    return folder


@pytest.fixture(scope="module")
def by_scope(data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, float]]:
    """All metrics of cost under one scope after the other, from the narrowest."""
    answers = []
    for name in ("ads_only", "marketing_only", "marketing_and_sales", "with_overheads"):
        folder = tmp_path_factory.mktemp(name)
        has_it = SCOPED if name != "marketing_only" else ("cac",)
        chosen = ", ".join(f"{metric}: {name}" for metric in has_it)
        book = library_as_book(folder, data, extra=f"choose: {{{chosen}}}\n")
        answers.append(book.query(SCOPED, start=START, end=END).row(0, named=True))
    return answers


@pytest.mark.parametrize("metric", SCOPED)
def test_cost_by_scope_grows_with_the_scope(by_scope: list[dict[str, float]], metric: str) -> None:
    found = [answer[metric] for answer in by_scope]
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def write_book(folder: Path, extra: str) -> None:
    (folder / "spend.csv").write_text(
        "spend_id,spent_on,team,purpose,category,channel,amount\n"
        "1,2024-01-02,marketing,acquisition,ads,email,100\n"
        "2,2024-01-03,growth,acquisition,tools,pr,20\n",
        encoding="utf-8",
    )
    text = f"library: [b2b_marketing]\ndata: .\ncurrency: EUR\nas_of: 2024-06-01\n{extra}"
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")


def test_a_book_overrides_a_scope_and_show_says_which_is_in_force(shell: Shell) -> None:
    write_book(shell.folder, "")
    assert "100.00" in shell("query", "marketing_spend").out
    assert 'marketing_cost = team = "marketing"' in shell("show", "cpl").out
    write_book(shell.folder, 'scopes: {marketing_cost: \'team in ("marketing", "growth")\'}\n')
    assert "120.00" in shell("query", "marketing_spend").out
    assert 'marketing_cost = team in ("marketing", "growth")' in shell("show", "cpl").out


def test_show_writes_out_scopes_made_of_scopes(shell: Shell) -> None:
    write_book(shell.folder, "choose: {cpl: with_overheads}\n")
    page = shell("show", "cpl").out
    assert "cost_with_overheads = marketing_and_sales_cost or overhead_cost" in page
    assert 'overhead_cost = purpose in ("overhead", "incidental")' in page


def test_a_book_overrides_the_groups_of_channels(shell: Shell) -> None:
    write_book(shell.folder, "groups: {channel_group: {of: channel, mine: [email, pr]}}\n")
    found = shell("query", "marketing_spend", "--by", "channel_group", "--format", "csv").out
    assert "mine" in found


def test_no_metric_of_the_library_adds_what_spend_holds_already() -> None:
    """Cost of advertisements is in `spend` and in `ad_stats`: a metric is made of one of them."""
    texts = {m: f"{e['formula']} {e.get('alternatives') or ''}" for m, e in DEFINED.items()}
    assert any("ad_stats.cost" in text for text in texts.values())
    for text in texts.values():
        assert not ("ad_stats.cost" in text and "spend.amount" in text)
        assert not ("ad_stats.cost" in text and "marketing_spend" in text)
    assert "ad_stats.cost" not in (LIBRARY / "cost.yml").read_text("utf-8").split("metrics:")[1]
