"""Models of attribution: the same conversions, shared over visits by other rules."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from proofs import assert_same, database_of, library_as_book
from tallybook.book import open_book
from tallybook.sample import generate
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

MODELS = ("first", "last", "linear", "position")
START, END = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
# A lead's touches in the order of time, from the first (1) to the last (n), and what each gets.
CREDIT = """
with touch as (
  select s.channel, l.lead_id, date_trunc('quarter', l.created_at)::date as quarter,
         row_number() over (partition by l.lead_id order by s.started_at, s.session_id) as place,
         count(*) over (partition by l.lead_id) as n
  from sessions s join leads l on l.lead_id = s.lead_id and s.started_at <= l.created_at
  where year(l.created_at) = 2023)
select quarter, channel, sum(case
    when 'first' = $model then (place = 1)::int
    when 'last' = $model then (place = n)::int
    when 'linear' = $model or n <= 2 then 1 / n
    when place in (1, n) then 0.4
    else (1 - 0.4 - 0.4) / (n - 2) end)
from touch group by all
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, size=0.2, seed=21, format="parquet")
    return folder


@pytest.fixture(scope="module")
def database(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with database_of(data) as connection:
        yield connection


@pytest.mark.parametrize("model", MODELS)
def test_a_model_gives_each_channel_what_sql_gives_it(
    data: Path, database: duckdb.DuckDBPyConnection, tmp_path: Path, model: str
) -> None:
    book = library_as_book(tmp_path, data, extra=f"attribution: {{model: {model}}}\n")
    frame = book.query(
        ["attributed_conversions"], by="channel", grain="quarter", start=START, end=END
    )
    found = {(r["start"], r["channel"]): r["attributed_conversions"] for r in frame.to_dicts()}
    wanted = {
        (quarter, channel): value
        for quarter, channel, value in database.execute(CREDIT, {"model": model}).fetchall()
    }
    assert len(wanted) > 30
    for key in found.keys() | wanted.keys():
        assert_same(found.get(key) or 0, wanted.get(key) or 0)


def test_all_models_share_out_the_same_conversions_and_value(data: Path, tmp_path: Path) -> None:
    asked = ["attributed_conversions", "attributed_won_value"]
    totals, by_channel = [], set()
    for model in MODELS:
        folder = tmp_path / model
        folder.mkdir()
        book = library_as_book(folder, data, extra=f"attribution: {{model: {model}}}\n")
        frame = book.query(asked, by="channel", grain="month", start=START, end=END)
        by_channel.add(tuple(frame["attributed_conversions"]))
        sums = frame.group_by("period", maintain_order=True).agg(pl.col(asked).sum())
        totals.append(sums.select(asked).rows())
        whole = book.query(
            [*asked, "leads", "attribution_coverage"], grain="month", start=START, end=END
        )
        for month in whole.iter_rows(named=True):
            covered = month["leads"] * month["attribution_coverage"]
            assert_same(month["attributed_conversions"], covered)
    assert len(by_channel) == len(MODELS), "no two models agree on every channel"
    for month in zip(*totals, strict=True):
        for conversions, value in month:
            assert_same(conversions, month[0][0])
            assert_same(value, month[0][1])


BOOK = """
library: [b2b_marketing]
as_of: 2024-03-01
data: .
"""
# One lead of four visits, one of two, one of one, one of none; a visit after the lead is no touch.
FILES = {
    "leads.csv": "lead_id,created_at,channel\na,2024-01-10,email\nb,2024-01-11,email\n"
    "c,2024-01-12,pr\nd,2024-01-12,pr\n",
    "sessions.csv": "session_id,lead_id,started_at,channel\n"
    "1,a,2024-01-01,pr\n2,a,2024-01-02,direct\n3,a,2024-01-03,direct\n4,a,2024-01-10,email\n"
    "5,b,2023-12-01,email\n6,b,2024-01-05,pr\n7,c,2024-01-12,direct\n8,c,2024-02-01,email\n",
}
BY_HAND = {
    "first": {"pr": 1.0, "direct": 1.0, "email": 1.0},
    "last": {"pr": 1.0, "direct": 1.0, "email": 1.0},
    "linear": {"pr": 0.75, "direct": 1.5, "email": 0.75},
    "position": {"pr": 0.9, "direct": 1.2, "email": 0.9},
}


@pytest.mark.parametrize("model", MODELS)
def test_credit_by_hand(tmp_path: Path, model: str) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    text = f"{BOOK}attribution: {{model: {model}}}\n"
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    frame = open_book(tmp_path).query("attributed_conversions", by="channel")
    found = {r["channel"]: r["attributed_conversions"] for r in frame.to_dicts()}
    assert found == pytest.approx(BY_HAND[model])


def test_a_parameter_takes_another_model_for_once(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    text = f"{BOOK}attribution: {{model: first}}\n"
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    book = open_book(tmp_path, parameters={"attribution_model": "linear"})
    frame = book.query("attributed_conversions", where="channel = 'direct'")
    assert frame["attributed_conversions"].item() == 1.5


def test_a_model_that_there_is_not_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_text("attribution: {model: middle}\n", encoding="utf-8")
    with pytest.raises(BookError, match="middle"):
        open_book(tmp_path)
    (tmp_path / "tallybook.yml").write_text("attribution: {model: first}\n", encoding="utf-8")
    with pytest.raises(BookError, match="middle"):
        open_book(tmp_path, parameters={"attribution_model": "middle"})
