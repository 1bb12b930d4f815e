"""The B2B marketing library: complete, and each metric proven by SQL."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
import yaml

from proofs import (
    ALTERNATIVES,
    DEFINED,
    LIBRARY,
    PROOFS,
    SQL,
    alternatives_as_metrics,
    assert_same,
    by_dimension,
    database_of,
    library_as_book,
    same,
)
from tallybook.check.sources import broken_down
from tallybook.sample import TABLES, generate
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from tallybook.book import Book

LOCALES = ("en", "ru", "zh-Hant", "th", "ar", "ja")
IDS = sorted(path.stem for path in SQL.glob("*.sql"))
# A month with a year of data before it, a quarter, the first month of all, and a year.
WINDOWS = [
    ("month", dt.date(2024, 6, 1), dt.date(2024, 7, 1)),
    ("quarter", dt.date(2023, 10, 1), dt.date(2024, 1, 1)),
    ("month", dt.date(2022, 7, 1), dt.date(2022, 8, 1)),
    ("year", dt.date(2023, 1, 1), dt.date(2024, 1, 1)),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, size=0.35, seed=4, format="parquet")
    return folder


@pytest.fixture(scope="module")
def database(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with database_of(data) as connection:
        yield connection


@pytest.fixture(scope="module")
def book(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    return library_as_book(tmp_path_factory.mktemp("book"), data)


def answered(
    database: duckdb.DuckDBPyConnection, proof: str, start: dt.date, end: dt.date
) -> list[tuple[object, ...]]:
    return executed(database, (PROOFS / f"{proof}.sql").read_text(encoding="utf-8"), start, end)


def executed(
    database: duckdb.DuckDBPyConnection, query: str, start: dt.date, end: dt.date
) -> list[tuple[object, ...]]:
    moments = {"start": start, "end": end}
    used = {
        name: dt.datetime.combine(day, dt.time())
        for name, day in moments.items()
        if f"${name}" in query
    }
    return database.execute(query, used).fetchall()


def single(
    database: duckdb.DuckDBPyConnection, metric: str, start: dt.date, end: dt.date
) -> object:
    """The one value that a proof gives; no row is no value."""
    rows = answered(database, f"sql/{metric}", start, end)
    return rows[0][0] if rows else None


@pytest.fixture(scope="module")
def answers(book: Book) -> list[dict[str, object]]:
    """All metrics at once in each window, as a page with all of them would ask."""
    return [
        book.query(IDS, grain=grain, start=start, end=end - dt.timedelta(days=1)).row(0, named=True)
        for grain, start, end in WINDOWS
    ]


@pytest.mark.parametrize("metric", IDS)
def test_a_metric_agrees_with_sql_from_its_definition(
    answers: list[dict[str, object]], database: duckdb.DuckDBPyConnection, metric: str
) -> None:
    for answer, (_, start, end) in zip(answers, WINDOWS, strict=True):
        assert_same(answer[metric], single(database, metric, start, end))


def test_a_metric_asked_alone_is_what_it_is_among_all(
    book: Book, answers: list[dict[str, object]]
) -> None:
    grain, start, end = WINDOWS[1]
    for metric in IDS[::5]:
        last = end - dt.timedelta(days=1)
        alone = book.query([metric], grain=grain, start=start, end=last)[metric].item()
        assert_same(alone, answers[1][metric])


# Metrics that compare with an earlier period: over all time there is none.
COMPARED = {
    "clv_growth",
    "clv_vs_revenue_growth",
    "forum_activity_yoy",
    "revenue_growth",
    "sales_growth",
}


def test_without_bounds_a_metric_is_what_it_is_over_all_time(book: Book) -> None:
    """Rows without the time that places them are in no period, and must not be counted then."""
    asked = [metric for metric in IDS if metric not in COMPARED]
    unbounded = book.query(asked).row(0, named=True)
    ever = book.query(asked, start=dt.date(2000, 1, 1), end=dt.date(2100, 1, 1))
    wrong = [m for m in asked if not same(unbounded[m], ever[m].item())]
    assert wrong == []


def test_most_of_the_proofs_give_a_number_that_says_something(
    database: duckdb.DuckDBPyConnection,
) -> None:
    empty = [
        metric
        for metric in IDS
        if not any(single(database, metric, start, end) for _, start, end in WINDOWS)
    ]
    assert empty == []


def test_there_is_a_proof_for_every_metric() -> None:
    assert set(DEFINED) == set(IDS)
    assert len(IDS) >= 199


@pytest.mark.parametrize("metric", sorted(DEFINED))
def test_a_metric_says_what_it_is(metric: str) -> None:
    entry = DEFINED[metric]
    label = entry["label"]
    assert isinstance(label, dict)
    assert tuple(label) == LOCALES
    assert all(str(text).strip() for text in label.values())
    for key in ("description", "better", "measures", "category", "tags"):
        assert entry.get(key), key


@pytest.mark.parametrize("key", ["description", "advice", "vanity"])
def test_what_a_page_prints_is_said_in_every_language_or_in_none(key: str) -> None:
    for metric, entry in DEFINED.items():
        said = entry.get(key)
        if isinstance(said, dict):
            assert tuple(said) == LOCALES, metric
            assert all(str(text).strip() for text in said.values()), metric
            assert len(set(said.values())) == len(LOCALES), metric
        else:
            assert key == "vanity" or said is None, f"{metric}: `{key}` in one language only"


def test_benchmarks_say_of_whom_in_every_language() -> None:
    marks = [mark for entry in DEFINED.values() for mark in _list(entry.get("benchmarks"))]
    assert marks
    assert all(tuple(mark["where"]) == LOCALES for mark in marks)


def _list(found: object) -> list[dict[str, dict[str, str]]]:
    return found if isinstance(found, list) else []


def test_translations_are_written_in_the_letters_of_their_language() -> None:
    letters = {"ru": "[а-яё]", "zh-Hant": "[\u4e00-\u9fff]", "th": "[\u0e00-\u0e7f]"}
    letters |= {"ar": "[\u0600-\u06ff]", "ja": "[\u3040-\u30ff]"}
    for metric, entry in DEFINED.items():
        for key in ("description", "advice"):
            said = entry.get(key)
            for locale, pattern in letters.items():
                if isinstance(said, dict):
                    assert re.search(pattern, said[locale]), f"{metric}: {key} in {locale}"


@pytest.mark.parametrize(("dimension", "metrics"), sorted(by_dimension().items()))
def test_metrics_can_be_cut_by_what_they_say(
    book: Book, dimension: str, metrics: list[str]
) -> None:
    start, end = dt.date(2024, 6, 1), dt.date(2024, 6, 30)
    frame = book.query(metrics, by=[dimension], start=start, end=end)
    assert frame.columns[-len(metrics) :] == metrics
    assert frame.height > 0


@pytest.mark.parametrize("metric", sorted(DEFINED))
def test_metrics_that_are_paired_exist(metric: str) -> None:
    pair = DEFINED[metric].get("pair_with")
    assert pair is None or pair in DEFINED


@pytest.fixture(scope="module")
def book_of_alternatives(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("alternatives")
    (folder / "alternatives.yml").write_text(alternatives_as_metrics(), encoding="utf-8")
    return library_as_book(folder, data)


def test_there_is_a_proof_for_every_alternative() -> None:
    assert {path.stem for path in (PROOFS / "sql_alternatives").glob("*.sql")} == set(ALTERNATIVES)


@pytest.mark.parametrize("name", sorted(ALTERNATIVES))
def test_an_alternative_agrees_with_sql(
    book_of_alternatives: Book, database: duckdb.DuckDBPyConnection, name: str
) -> None:
    metric = name.replace(".", "__")
    for grain, start, end in WINDOWS:
        last = end - dt.timedelta(days=1)
        frame = book_of_alternatives.query([metric], grain=grain, start=start, end=last)
        rows = answered(database, f"sql_alternatives/{name}", start, end)
        assert_same(frame[metric].item(), rows[0][0] if rows else None)


def test_the_run_rate_of_a_year_half_gone_agrees_with_sql(
    book_of_alternatives: Book, database: duckdb.DuckDBPyConnection
) -> None:
    start, last, end = dt.date(2024, 1, 1), dt.date(2024, 12, 31), dt.date(2025, 1, 1)
    metric = "leads_projection__run_rate"
    frame = book_of_alternatives.query([metric, "leads"], grain="year", start=start, end=last)
    rows = answered(database, "sql_alternatives/leads_projection.run_rate", start, end)
    assert_same(frame[metric].item(), rows[0][0])
    assert frame[metric].item() > 1.9 * frame["leads"].item() > 0


def by_member() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The proofs by member, each with the dimensions that it is by, all at once."""
    for path in sorted((PROOFS / "sql_by").glob("*.sql")):
        said = path.read_text(encoding="utf-8").split("\n")[0].removeprefix("-- by ")
        for by in said.split(" or "):
            yield path.stem, tuple(by.split(", "))


@pytest.mark.parametrize(("proof", "by"), list(by_member()))
def test_a_metric_by_member_agrees_with_sql(
    book: Book, database: duckdb.DuckDBPyConnection, proof: str, by: tuple[str, ...]
) -> None:
    metric = proof.partition("-")[0]
    query = (PROOFS / "sql_by" / f"{proof}.sql").read_text(encoding="utf-8")
    query = query.replace("{dimension}", f"by_{by[0]}")
    for grain, start, end in WINDOWS:
        last = end - dt.timedelta(days=1)
        frame = book.query([metric], by=by, grain=grain, start=start, end=last)
        found = {tuple(row[d] for d in by): row[metric] for row in frame.iter_rows(named=True)}
        wanted = {row[:-1]: row[-1] for row in executed(database, query, start, end)}
        assert wanted.keys() <= found.keys()
        for member, value in wanted.items():
            assert_same(found[member], value)
        assert not any(found[member] for member in found.keys() - wanted.keys())


def test_the_sources_have_the_columns_and_keys_of_the_sample() -> None:
    declared = yaml.safe_load((LIBRARY / "sources.yml").read_text(encoding="utf-8"))["sources"]
    read = [name for name, source in declared.items() if "union" not in source]
    assert read == [table.name for table in TABLES]
    for table in TABLES:
        source = declared[table.name]
        key = source["key"]
        assert tuple([key] if isinstance(key, str) else key) == table.key
        columns = {
            name: value if isinstance(value, str) else value.get("type")
            for name, value in source["columns"].items()
        }
        for column in table.columns:
            if column.type != "strings":
                assert columns[column.name] == column.type
        # YAML 1.1, which this reader speaks, takes the key `on` for true.
        links = {(link[True], link["to"]) for link in (source.get("links") or {}).values()}
        links = {(c, far) for c, far in links if "formula" not in source["columns"][c]}
        # A snapshot's key is not its id alone, so nothing can link to one of its rows.
        wanted = {(c, far) for c, far, _ in table.references if far != "communities"}
        assert links == wanted


# What the catalogue would cut a metric by and the data cannot: nothing is spread by guess.
NOT_CUT = {
    # A cost line has no source, and a visit neither a kind of recipient nor one call to action.
    ("cpl", "source"),
    ("marketing_roi", "source"),
    ("roi_by_lead_source", "source"),
    ("email_subscribe_rate", "recipient_category"),
    ("conversion_rate", "cta"),
    # Leads are of a unit and not of a team. What is projected is so as a whole.
    ("target_attainment", "team"),
    ("leads_projection", "channel"),
}


def cannot_be_cut(book: Book, metric: str, dimension: str) -> bool:
    """Whether no row has the dimension, or a source of the metric lacks it."""
    tables = book.checked.tables
    reached = {s for s, _ in broken_down(book.checked.metrics[metric].cell, (dimension,))}
    return not reached or any(dimension not in tables[s].dimensions for s in reached)


def test_every_metric_is_cut_by_what_the_catalogue_cuts_it_by(book: Book, shared: Path) -> None:
    listed = yaml.safe_load((shared / "catalogue" / "kpis.yaml").read_text(encoding="utf-8"))
    asked = {
        (e["id"], dimension)
        for e in listed
        for dimension in (*(e.get("by") or ()), *(e.get("segment_by") or ()))
    }
    assert {pair for pair in asked if cannot_be_cut(book, *pair)} == NOT_CUT
    said = {(m, dimension) for dimension, metrics in by_dimension().items() for m in metrics}
    assert asked - said == NOT_CUT


def test_what_cannot_be_cut_is_refused(book: Book) -> None:
    for metric, dimension in sorted(NOT_CUT):
        with pytest.raises(BookError) as told:
            book.query(metric, by=dimension)
        assert [d.rule.id for d in told.value.diagnostics] == ["missing-dimension"]


def test_labels_and_directions_are_the_catalogues(shared: Path) -> None:
    listed = yaml.safe_load((shared / "catalogue" / "kpis.yaml").read_text(encoding="utf-8"))
    assert {entry["id"] for entry in listed} <= set(IDS)
    for entry in listed:
        ours = DEFINED[entry["id"]]
        assert ours["label"] == entry["name"]
        assert ours["better"] == entry["direction"]
        assert ours["category"] == entry["category"]
        assert ours["measures"] == entry["time"]
        assert bool(ours.get("vanity")) == bool(entry.get("vanity"))
        assert ours["description"] != entry["definition"]
        alternatives = {a["id"] for a in entry.get("alternatives") or []}
        given = ours.get("alternatives") or {}
        assert isinstance(given, dict)
        missing = alternatives - set(given)
        assert missing <= {"run_rate"}
