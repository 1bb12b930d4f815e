"""What the planner chooses, seen in plans and never in times; and that all forms agree."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import asked, by_hand, sql, star
from tallybook.ask.query import Query
from tallybook.book import open_book
from tallybook.compute.run import engine_for, lower, run
from tallybook.compute.steps import edges_passed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.asked import Asked
    from tallybook.book import Book

_ROWS = 20_000
_FALLS_BACK = re.compile(r'label="([a-z-]+)[^\n]*fillcolor="0\.0 0\.3 1\.0"')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The benchmark's book with few rows."""
    book = tmp_path_factory.mktemp("star")
    shutil.copytree(Path(__file__).parent / "benchmarks" / "book", book, dirs_exist_ok=True)
    star.write(book / "data", _ROWS)
    return book


@pytest.fixture(scope="module")
def scorecard(folder: Path) -> Asked:
    """All of its KPIs, by channel and in total."""
    return asked.asked(folder)


@pytest.mark.parametrize(
    "rival", [by_hand.star, by_hand.fused, lambda folder: sql.answer(sql.connected(folder))]
)
def test_rivals_give_the_same_answers(
    rival: Callable[[Path], dict[str, pl.DataFrame]], folder: Path, scorecard: Asked
) -> None:
    assert asked.differences(asked.answer(scorecard), rival(folder)) == []


def test_the_same_number_of_rows_is_the_same_data(folder: Path, tmp_path: Path) -> None:
    star.write(tmp_path, _ROWS)
    for name in ("leads", "sessions", "emails", "spend", "campaigns"):
        once, again = (pl.scan_parquet(p / f"{name}*.parquet") for p in (folder / "data", tmp_path))
        assert once.collect().equals(again.collect())


def test_a_source_is_grouped_once_for_all_that_rolls_up(scorecard: Asked) -> None:
    parts = [scan for scan in scorecard.plan.scans if scan.keeps == "parts"]
    placed = [(scan.source, scan.placement) for scan in parts]
    assert sorted(source for source, _ in placed) == [
        "emails",
        "leads",
        "leads",  # by the day they were made, and by the day they were closed
        "sessions",
        "spend",
    ]
    assert len(set(placed)) == len(placed)
    assert all(scan.dimensions == ("channel",) for scan in parts)


def test_medians_and_distinct_values_are_made_from_kept_values(scorecard: Asked) -> None:
    kept = [scan for scan in scorecard.plan.scans if scan.keeps != "parts"]
    assert sorted((scan.source, scan.keeps) for scan in kept) == [
        ("emails", "distinct"),
        ("leads", "values"),
        ("leads", "values"),
        ("leads", "values"),
        ("sessions", "distinct"),
        ("sessions", "distinct"),
    ]
    assert scorecard.plan.branches == ()


def test_few_distinct_values_are_kept_once_and_many_counted_in_their_windows(
    scorecard: Asked,
) -> None:
    """Countries in one query for breakdown and total; visitors and clickers in one for each."""
    lowered = lower(scorecard.plan, scorecard.book.reader)
    distinct = [scan for scan in scorecard.plan.scans if scan.keeps == "distinct"]
    others = len(scorecard.plan.scans) - len(distinct)
    assert len(lowered.readings) == others + 1 + 2 + 2


def _not_streaming(query: pl.LazyFrame) -> list[str]:
    """The nodes of a query for which the engine takes all rows into memory."""
    graph = query.show_graph(engine="streaming", plan_stage="physical", raw_output=True, show=False)
    assert graph is not None
    return [*_FALLS_BACK.findall(graph), *re.findall("in-memory-map", graph)]


def test_rows_stream_through_every_query(scorecard: Asked) -> None:
    for reading in lower(scorecard.plan, scorecard.book.reader, "streaming").readings:
        assert _not_streaming(reading.frame) == []


MORE = """
sources:
  deals:
    path: data/leads-*.parquet
    key: lead_id
    time: created_at
    open: {from: created_at, to: closed_at}
    columns: {lead_id: integer, created_at: datetime, closed_at: datetime, amount: float}
    dimensions: [channel]
  balances:
    path: data/spend-*.parquet
    time: date
    snapshot: {per: [campaign_id]}
    columns: {date: date, campaign_id: integer, amount: float}
    dimensions: [channel]
  visits:
    path: data/sessions-*.parquet
    time: started_at
    columns: {lead_id: {from: session_id}, started_at: datetime, pages: integer}
    links: {deal: {to: deals, on: lead_id}}
"""
FORMULAS = {
    "first": "first(leads.amount)",
    "last": "last(leads.amount)",
    "spread": "stddev(leads.score)",
    "median": "median(sessions.seconds)",
    "percentile": "percentile(sessions.seconds, 0.3)",
    "per_key": "avg(sum(sessions.pages) per visitor_id)",
    "median_per_key": "median(sum(sessions.pages) per visitor_id)",
    "keys_that": "count(count(sessions) > 1 per visitor_id)",
    "open_rows": "sum(deals.amount as of end)",
    "snapshot": "sum(balances.amount as of end)",
    "in_a_window": "trailing(distinct(sessions.visitor_id), 28 days)",
    "linked": "count(deals where sum(visits.pages) > 3)",
    "retained": "retained(sessions by visitor_id, 1 month)",
    "converted": "converted(sessions -> leads by visitor_id within 30 days)",
}


@pytest.fixture(scope="module")
def kinds(folder: Path) -> Book:
    """A book with a metric of each kind of aggregate."""
    text = MORE + "metrics:\n"
    text += "".join(f"  {name}: {{formula: '{said}'}}\n" for name, said in FORMULAS.items())
    book = folder.parent / "kinds"
    shutil.copytree(folder, book, dirs_exist_ok=True)
    (book / "metrics.yml").write_text(text, encoding="utf-8")
    return open_book(book)


@pytest.mark.parametrize("by", [(), ("channel",)])
@pytest.mark.parametrize("metric", FORMULAS)
def test_every_kind_of_aggregate_streams(metric: str, by: tuple[str, ...], kinds: Book) -> None:
    """All but the join of rows with the next event of their key, which keeps these two columns."""
    plan = kinds.plan(Query((metric,), by, "month", "2024-01-01", "2024-12-31"))
    found = [n for r in lower(plan, kinds.reader).readings for n in _not_streaming(r.frame)]
    assert found == (["in-memory-join"] if metric == "converted" else [])


def test_a_binary_search_would_be_seen_not_to_stream(folder: Path) -> None:
    leads = pl.scan_parquet(folder / "data" / "leads-*.parquet")
    found = leads.select(pl.lit(pl.Series([1, 2])).search_sorted(pl.col("score")))
    assert _not_streaming(found) == ["columnar-function"]


def test_small_files_are_computed_in_memory(
    scorecard: Asked, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine_for(scorecard.plan, scorecard.book.reader) == "in-memory"
    monkeypatch.setattr("tallybook.compute.run._SMALL", 1_000)
    assert engine_for(scorecard.plan, scorecard.book.reader) == "streaming"
    assert asked.differences(asked.answer(scorecard), by_hand.star(folder)) == []


@pytest.mark.parametrize(("small", "expected"), [(8_000_000, "in-memory"), (1_000, "streaming")])
def test_frames_stream_when_they_are_large(
    folder: Path, small: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tallybook.compute.run._SMALL", small)
    found, _ = _leads_of({n: frame.collect() for n, frame in _scanned(folder).items()}, folder)
    assert found == expected


def test_frames_of_unknown_size_stream(folder: Path) -> None:
    found, of_scans = _leads_of(_scanned(folder), folder)
    _, of_frames = _leads_of({n: f.collect() for n, f in _scanned(folder).items()}, folder)
    assert found == "streaming"
    assert of_scans.equals(of_frames)


def _scanned(folder: Path) -> dict[str, pl.LazyFrame]:
    names = ("leads", "sessions", "emails", "spend", "campaigns")
    return {name: pl.scan_parquet(folder / "data" / f"{name}*.parquet") for name in names}


def _leads_of(
    frames: Mapping[str, pl.DataFrame | pl.LazyFrame], folder: Path
) -> tuple[str, pl.DataFrame]:
    """By what a question is answered, and the answer."""
    book = open_book(folder, sources=frames)
    plan = book.plan(Query(("demand_leads",), (), "month", "2024-01-01", "2024-03-31"))
    return engine_for(plan, book.reader), run(plan, book.reader)[0].frame


def test_a_table_behind_a_link_counts_too(folder: Path) -> None:
    book = open_book(folder, sources={"campaigns": _scanned(folder)["campaigns"]})
    for metric, expected in (("leads", "in-memory"), ("demand_leads", "streaming")):
        plan = book.plan(Query((metric,), (), "month", "2024-01-01", "2024-03-31"))
        assert engine_for(plan, book.reader) == expected


def test_the_first_rows_of_a_table_are_looked_at_without_reading_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What looks for few values must not have a condition that only later rows meet."""
    queries: list[str] = []
    collect = pl.LazyFrame.collect

    def noted(frame: pl.LazyFrame, **options: Any) -> pl.DataFrame:
        queries.append(frame.explain())
        found: pl.DataFrame = collect(frame, **options)
        return found

    book = open_book(folder)
    plan = book.plan(Query(("countries",), (), "month", "2024-01-01", "2024-03-31"))
    monkeypatch.setattr(pl.LazyFrame, "collect", noted)
    lower(plan, book.reader, "streaming")
    (looked,) = [q for q in queries if "country" in q]
    assert "SLICE" in looked
    assert "SELECTION" not in looked


def test_what_a_plan_says_that_it_reads_is_what_is_read(scorecard: Asked) -> None:
    reads = scorecard.plan.reads
    assert reads["campaigns"] == {"campaign_id", "goal"}
    columns = "channel clicked delivered opened recipient_id sent_at unsubscribed"
    assert reads["emails"] == set(columns.split())


_MOMENTS = st.datetimes(dt.datetime(2019, 1, 1), dt.datetime(2026, 1, 1))
_HOURS = _MOMENTS.map(lambda m: m.replace(minute=0, second=0, microsecond=0))
_MIDNIGHTS = _MOMENTS.map(lambda m: m.replace(hour=0, minute=0, second=0, microsecond=0))


@given(
    st.lists(_MIDNIGHTS | _HOURS, unique=True, max_size=40),
    st.lists(_MOMENTS, unique=True, max_size=6),
    st.lists(st.none() | _MOMENTS | _MIDNIGHTS, min_size=1, max_size=30),
)
def test_a_table_of_steps_finds_what_searching_finds(
    even: list[dt.datetime], odd: list[dt.datetime], times: list[dt.datetime | None]
) -> None:
    edges = sorted({*even, *odd})
    epoch = dt.datetime(1970, 1, 1)
    numbers = [(e - epoch) // dt.timedelta(microseconds=1) for e in edges]
    names = [i * 10 for i in range(len(edges) + 1)]
    frame = pl.DataFrame({"t": times}, schema={"t": pl.Datetime("us")})
    time, dtype = pl.col("t"), pl.Datetime("us")
    found = frame.filter(time.is_not_null()).select(
        passed=edges_passed(time, numbers, dtype, None),
        named=edges_passed(time, numbers, dtype, names),
    )
    expected = [bisect_right(edges, t) for t in times if t is not None]
    if edges:
        assert found["passed"].to_list() == expected
        assert found["named"].to_list() == [n * 10 for n in expected]


@given(
    st.lists(st.dates(dt.date(2019, 1, 1), dt.date(2026, 1, 1)), unique=True, max_size=40),
    st.lists(st.dates(), min_size=1, max_size=30),
)
def test_days_are_found_by_their_number(edges: list[dt.date], days: list[dt.date]) -> None:
    edges = sorted(edges)
    numbers = [(e - dt.date(1970, 1, 1)).days for e in edges]
    frame = pl.DataFrame({"t": days}, schema={"t": pl.Date})
    found = frame.with_columns(passed=edges_passed(pl.col("t"), numbers, pl.Date(), None))
    assert found["passed"].to_list() == [bisect_right(edges, day) for day in days]


@pytest.mark.parametrize("rows", [0, 1, 3])
@pytest.mark.parametrize("small", [8_000_000, -1])
def test_a_window_without_bounds_holds_every_row(
    rows: int, small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tallybook.compute.run._SMALL", small)
    sources = "sources: {visits: {time: at, columns: {at: datetime, left_at: datetime}}}\n"
    formula = "cumulative(count(count(visits) > 0 at left_at per at))"
    text = f"as_of: 2024-02-29\n{sources}metrics: {{m: {{formula: {formula}}}}}\n"
    (tmp_path / "tallybook.yml").write_text(text, "utf-8")
    times = [dt.datetime(2024, 1, 1 + day) for day in range(rows)]
    schema = {"at": pl.Datetime("us"), "left_at": pl.Datetime("us")}
    visits = pl.DataFrame({"at": times, "left_at": times}, schema=schema)
    book = open_book(tmp_path, sources={"visits": visits})
    assert book.query("m")["m"].to_list() == [rows]
