"""The example book builds from a bare clone, and its page tells what happened to the company."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from tallybook.book import open_book
from tallybook.command.main import run
from tallybook.resolve.members import member_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.book import Book
    from tallybook.page import Built

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "b2b_marketing"
NOW = dt.datetime(2024, 7, 2, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def book() -> Book:
    return open_book(FOLDER)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(IN_JUNE)
        for path in sorted((FOLDER / "data").glob("*.csv")):
            connection.read_csv(str(path)).create_view(path.stem)
        yield connection


IN_JUNE = """
    create macro in_june(moment) as
    moment >= timestamp '2024-06-01' and moment < timestamp '2024-07-01'"""
FIGURES = {
    "leads": "select count(*) from leads where in_june(created_at)",
    "mqls": "select count(*) from leads where in_june(mql_at)",
    "cost_per_lead": """
        select (select sum(amount) from spend where team = 'marketing' and in_june(spent_on))
               / (select count(*) from leads where in_june(created_at))""",
    "win_rate": """
        select count(*) filter (outcome = 'won') / count(*) from opportunities
        where kind = 'new' and outcome <> 'open' and in_june(closed_at)""",
    "sales_cycle": """
        select median((epoch(o.closed_at) - epoch(l.first_touch_at)) / 86400)
        from opportunities o join leads l using (lead_id)
        where o.kind = 'new' and o.outcome = 'won' and in_june(o.closed_at)""",
    "revenue_growth": """
        select sum(amount) filter (in_june(issued_on))
               / sum(amount) filter (issued_on between '2023-06-01' and '2023-06-30') - 1
        from invoices""",
    "cac": """
        select (select sum(amount) from spend where purpose = 'acquisition' and in_june(spent_on))
               / (select count(*) from customers where in_june(acquired_at))""",
    "lost_customers": "select count(*) from customers where in_june(churned_at)",
}


@pytest.mark.parametrize("metric", FIGURES)
def test_a_figure_of_june_is_what_sql_finds_in_the_files(
    book: Book, database: duckdb.DuckDBPyConnection, metric: str
) -> None:
    frame = book.query([metric], grain="month", start=dt.date(2024, 6, 1), end=dt.date(2024, 6, 30))
    row = database.execute(FIGURES[metric]).fetchone()
    assert row is not None
    assert float(frame[metric].item()) == pytest.approx(float(row[0]), rel=1e-9)


def by_month(book: Book, metric: str, start: dt.date, end: dt.date, **more: str) -> list[float]:
    frame = book.query([metric], grain="month", start=start, end=end, where=more.get("where"))
    return [float(value) for value in frame[metric].to_list()]


def test_the_last_quarter_of_2023_went_badly(book: Book) -> None:
    def quarter(metric: str, month: int) -> float:
        year, month = (2023, month) if month > 3 else (2024, month)
        months = by_month(book, metric, dt.date(year, month, 1), dt.date(year, month + 2, 28))
        return sum(months)

    assert quarter("closed_won_deals", 10) < quarter("closed_won_deals", 7) / 2
    assert quarter("closed_won_deals", 10) < quarter("closed_won_deals", 1) / 2
    assert quarter("lost_customers", 10) > quarter("lost_customers", 7)
    assert quarter("lost_customers", 10) > quarter("lost_customers", 1)


def test_paid_social_stops_paying_in_february(book: Book) -> None:
    social = {"where": 'channel = "paid_social"'}
    before = by_month(book, "cost_per_lead", dt.date(2023, 6, 1), dt.date(2024, 1, 31), **social)
    after = by_month(book, "cost_per_lead", dt.date(2024, 2, 1), dt.date(2024, 6, 30), **social)
    assert min(after) > max(before)


@pytest.fixture(scope="module")
def page(book: Book) -> Built:
    return book.scorecard("marketing").build(now=NOW)


def test_the_page_is_the_same_whenever_it_is_built(page: Built) -> None:
    again = open_book(FOLDER).scorecard("marketing").build(now=NOW)
    assert page.to_html() == again.to_html()
    assert page.card.period.label == "2024-06"
    assert {"win_rate", "cac"} <= set(page.card.attention)


def test_a_page_says_when_it_was_made_only_to_who_hands_in_the_clock(
    page: Built, book: Book
) -> None:
    alone = book.scorecard("marketing").build()
    assert alone.card.generated_at is None
    assert alone.to_html() == book.scorecard("marketing").build().to_html()
    assert "Generated <time" in page.to_html()
    assert "Generated <time" not in alone.to_html()


@pytest.mark.parametrize("locale", ["ru", "zh-Hant", "th", "ar", "ja"])
def test_the_page_is_titled_in_every_language(page: Built, locale: str) -> None:
    assert page.to_markdown(locale).splitlines()[0] != page.to_markdown("en").splitlines()[0]


def test_all_that_a_page_may_print_is_said_in_every_language(book: Book) -> None:
    declared = book.checked.book.declarations
    said = {
        f"{metric.name} {key}": text
        for metric in declared.metrics
        for key in ("label", "description", "advice")
        if (text := getattr(metric, key)) is not None or key != "advice"
    }
    for source in declared.sources:
        said[f"{source.name}"] = source.label
        for dimension in source.dimensions:
            if dimension.label is not None:
                said[f"{source.name}.{dimension.name}"] = dimension.label
            said |= {f"{dimension.name} {m.name}": m.label for m in dimension.labels}
    locales = {tag.value for tag in declared.settings.locales}
    lacking = {
        name
        for name, text in said.items()
        if text is None or {tag for tag, _ in text.by_locale} != locales
    }
    assert lacking == set()


@pytest.mark.parametrize(
    ("source", "dimension"),
    [("leads", "channel"), ("spend", "category"), ("customers", "industry")],
)
def test_every_member_in_the_data_has_a_label(book: Book, source: str, dimension: str) -> None:
    labels = member_labels(dimension, book.checked.book)
    with (FOLDER / "data" / f"{source}.csv").open(encoding="utf-8", newline="") as rows:
        values = {row[dimension] for row in csv.DictReader(rows)} - {""}
    assert values <= set(labels)


def test_its_own_tests_pass() -> None:
    assert run(["test", "-q", str(FOLDER)]) == 0
