"""Each metric by each dimension that it names, in every month of two years, against SQL."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import polars as pl
import pytest

from proofs import (
    DEFINED,
    PROOFS,
    SQL,
    by_dimension,
    by_month_and_member,
    database_of,
    library_as_book,
    same,
)
from tallybook.sample import generate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from tallybook.book import Book

FIRST, LAST = dt.date(2022, 7, 1), dt.date(2024, 6, 30)
MONTHS = """create table months as select starts, starts + interval 1 month as ends
from generate_series(timestamp '2022-07-01', timestamp '2024-06-01', interval 1 month) _(starts)"""
# By month and member. Members that only a longer window or another source has are not in it.
Values = dict[tuple[str, object], object]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, size=0.1, seed=11, format="parquet")
    return folder


@pytest.fixture(scope="module")
def database(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with database_of(data) as connection:
        connection.execute(MONTHS)
        yield connection


@pytest.fixture(scope="module")
def book(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    return library_as_book(tmp_path_factory.mktemp("book"), data)


def answered(book: Book, metrics: list[str], dimension: str) -> dict[str, Values]:
    frame = book.query(metrics, by=[dimension], grain="month", start=FIRST, end=LAST)
    rows = list(frame.iter_rows(named=True))
    return {m: {(row["period"], row[dimension]): row[m] for row in rows} for m in metrics}


def own_proofs() -> dict[tuple[str, str], str]:
    """SQL for what a metric is by a dimension, where it is more than the metric of fewer rows."""
    found = {}
    for path in sorted((PROOFS / "sql_by").glob("*.sql")):
        first, _, query = path.read_text(encoding="utf-8").partition("\n")
        said = first.removeprefix("-- by ")
        for dimension in said.split(" or "):
            if ", " not in said:
                text = query.replace("{dimension}", f"by_{dimension}")
                found[path.stem.partition("-")[0], dimension] = text
    return found


OWN = own_proofs()


def proven(database: duckdb.DuckDBPyConnection, metric: str, dimension: str) -> Values:
    if (metric, dimension) in OWN:
        return proven_by_own_sql(database, OWN[metric, dimension])
    proof = (SQL / f"{metric}.sql").read_text(encoding="utf-8")
    rows = database.execute(by_month_and_member(proof, dimension)).fetchall()
    return {(month, member): value for month, member, value in rows}


def proven_by_own_sql(database: duckdb.DuckDBPyConnection, query: str) -> Values:
    found: Values = {}
    for starts, ends in database.execute("select starts, ends from months").fetchall():
        used = {k: v for k, v in {"start": starts, "end": ends}.items() if f"${k}" in query}
        for member, value in database.execute(query, used).fetchall():
            found[f"{starts:%Y-%m}", member] = value
    return found


def differences(found: Values, wanted: Values) -> list[tuple[object, ...]]:
    """What differs: a value, a member that is not in the answer, or one that nothing says is there.

    A member without rows in a month is nothing or 0, and may be left out.
    """
    wrong: list[tuple[object, ...]] = []
    for key in found.keys() | wanted.keys():
        ours, theirs = found.get(key), wanted.get(key)
        both = key in found and key in wanted
        if not (same(ours, theirs) or (not both and not ours and not theirs)):
            wrong.append((*key, ours, theirs))
    return wrong


@pytest.mark.parametrize(("dimension", "metrics"), sorted(by_dimension().items()))
def test_every_member_agrees_with_sql_in_every_month(
    book: Book, database: duckdb.DuckDBPyConnection, dimension: str, metrics: list[str]
) -> None:
    answers = answered(book, metrics, dimension)
    wrong = {m: differences(answers[m], proven(database, m, dimension)) for m in metrics}
    assert {m: found[:3] for m, found in wrong.items() if found} == {}


def test_the_proofs_say_something_of_nearly_every_metric_and_dimension(
    database: duckdb.DuckDBPyConnection,
) -> None:
    pairs = [(m, d) for d, metrics in by_dimension().items() for m in metrics]
    empty = [pair for pair in pairs if not any(proven(database, *pair).values())]
    assert len(pairs) > 330
    assert len(empty) < 15, empty


def additive() -> list[str]:
    """The metrics whose proof counts rows or adds values of them, and nothing else."""
    starts = re.compile(r"select (count\((?!distinct)|coalesce\(sum\()[^/]*$")
    flows = (m for m in sorted(DEFINED) if DEFINED[m].get("measures") in ("flow", "stock"))
    return [m for m in flows if starts.match((SQL / f"{m}.sql").read_text(encoding="utf-8"))]


def test_counts_and_sums_add_up_over_members(book: Book) -> None:
    metrics = additive()
    assert len(metrics) > 50
    totals = book.query(metrics, grain="month", start=FIRST, end=LAST)
    for dimension, offered in by_dimension().items():
        asked = [m for m in metrics if m in offered]
        if not asked:
            continue
        frame = book.query(asked, by=[dimension], grain="month", start=FIRST, end=LAST)
        sums = frame.group_by("period", maintain_order=True).agg(pl.col(asked).sum())
        for metric in asked:
            pairs = zip(sums[metric], totals[metric], strict=True)
            assert all(same(found, wanted) for found, wanted in pairs), (metric, dimension)


# Leads from outside the site were never visitors of it, so a channel may have more of them.
# So may a campaign have more subscribers, of its leads, than visitors.
NO_PART = {"visitor_to_lead_rate", "email_subscribe_rate"}


def test_rates_and_shares_lie_between_nothing_and_all(book: Book) -> None:
    named = (m for m in sorted(DEFINED) if m.endswith(("_rate", "_share")))
    parts = [m for m in named if DEFINED[m].get("unit") == "percent" and m not in NO_PART]
    assert len(parts) > 30
    outside = []
    for dimension, offered in by_dimension().items():
        if asked := [m for m in parts if m in offered]:
            frame = book.query(asked, by=[dimension], grain="month", start=FIRST, end=LAST)
            outside += [
                (m, dimension) for m in asked if not frame[m].drop_nulls().is_between(0, 1).all()
            ]
    assert outside == []


SHARES = [
    ("spend_share_by_channel", "channel"),
    ("traffic_share_by_source", "source"),
    ("self_reported_source_share", "heard_from"),
    ("survey_theme_share", "theme"),
]


@pytest.mark.parametrize(("metric", "dimension"), SHARES)
def test_shares_of_the_members_add_up_to_all(book: Book, metric: str, dimension: str) -> None:
    frame = book.query([metric], by=[dimension], grain="month", start=FIRST, end=LAST)
    sums = frame.drop_nulls(metric).group_by("period").agg(pl.col(metric).sum())
    assert sums.height > 10
    assert all(same(total, 1.0) for total in sums[metric])
