"""Metrics in all kinds of windows against SQL that was written by hand from the language's page.

The random books of `test_properties` are small; here windows hold many rows, ties and members, and
as many of them as `TALLYBOOK_ROWS` asks for.
"""

# ruff: noqa: S608 - every name in these queries is the test's own

from __future__ import annotations

import datetime as dt
import math
import os
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from tallybook.book import open_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tallybook.book import Book

_ROWS = int(os.environ.get("TALLYBOOK_ROWS", "20000"))
_BOOK = """
as_of: 2024-06-17T12:00:00
sources:
  orders:
    key: order_id
    time: ordered_at
    columns:
      {order_id: integer, customer_id: integer, ordered_at: datetime, due_on: date,
       channel: string, amount: integer, price: "decimal(12, 2)"}
    dimensions: [channel]
  visits:
    key: visit_id
    time: visited_at
    columns: {visit_id: integer, customer_id: integer, visited_at: datetime, channel: string}
    dimensions: [channel]
  plans:
    key: plan_id
    time: started_at
    columns:
      {plan_id: integer, started_at: datetime, ended_at: datetime, channel: string, fee: integer}
    dimensions: [channel]
    open: {from: started_at, to: ended_at}
  levels:
    key: level_id
    time: taken_at
    columns: {level_id: integer, taken_at: datetime, site: integer, channel: string, level: integer}
    dimensions: [channel]
    snapshot: {per: [site]}
"""

# Rows are made from their numbers, so that every run sees the same; days go from May 2023 on.
_TABLES = """
create macro spread(n, salt, below) as (hash(n, salt) % below)::bigint;
create macro moment(n, salt) as
    timestamp '2023-05-01' + to_minutes(spread(n, salt, 430 * 1440)::bigint);
create macro channel(n, salt) as
    list_extract(['email', 'paid', 'tv'], (spread(n, salt, 19) % 4 + 1)::int);
create table orders as
    select n as order_id, nullif(spread(n, 1, {rows} // 6 + 1), 0) as customer_id,
        case when spread(n, 2, 50) > 0 then moment(n, 3) end as ordered_at,
        (moment(n, 3) + to_days(spread(n, 4, 90)::int))::date as due_on, channel(n, 5) as channel,
        nullif(spread(n, 6, 900) - 90, 0) as amount,
        (spread(n, 7, 100000) / 100)::decimal(12, 2) as price
    from range({rows}) t(n);
create table visits as
    select n as visit_id, nullif(spread(n, 11, {rows} // 6 + 1), 0) as customer_id,
        moment(n, 12) as visited_at, channel(n, 13) as channel
    from range({rows}) t(n);
create table plans as
    select n as plan_id, moment(n, 21) as started_at, channel(n, 24) as channel,
        case when spread(n, 22, 3) > 0 then moment(n, 21) + to_hours(spread(n, 23, 5000)) end
            as ended_at,
        spread(n, 25, 50) as fee
    from range({rows} // 10) t(n);
create table levels as
    select n as level_id, moment(n, 31)::date::timestamp as taken_at, spread(n, 32, 40) as site,
        channel(n, 33) as channel, spread(n, 34, 1000) as level
    from range({rows} // 10) t(n);
create table seen_orders as select * from orders where ordered_at < timestamp '2024-06-17 12:00'
    or ordered_at is null;
create table p as
    select n, s, s + interval 1 month as e,
        least(s + interval 1 month, timestamp '2024-06-17 12:00') as seen
    from (select n, timestamp '2024-01-01' + to_months(n::int) as s from range(6) t(n));
"""

# Windows of the periods: what of them is seen, all of them, and what context functions make.
_WINDOWS = {
    "plain": "select n, s as a, seen as b from p",
    "ahead": "select n, s as a, e as b from p",
    "days28": "select n, seen - interval 28 days as a, seen as b from p",
    "months3": "select n, seen - interval 3 months as a, seen as b from p",
    "year": "select n, date_trunc('year', seen - interval 1 microsecond) as a, seen as b from p",
    "quarter": "select n, date_trunc('quarter', seen - interval 1 microsecond) as a, seen as b"
    " from p",
    "so_far": "select n, timestamp '0001-01-01' as a, seen as b from p",
    "month_ago": "select n, s - interval 1 month as a,"
    " case when seen < e then least(s - interval 1 month + (seen - s), s) else s end as b from p",
    "year_ago": "select n, s - interval 1 year as a,"
    " case when seen < e then s - interval 1 year + (seen - s) else e - interval 1 year end as b"
    " from p",
    "before28": "select n, b - interval 28 days as a, b from month_ago",
}
_FLOW = (
    "select w.n, {by} as m, {x} as v from {w} w join {rows} on {at} >= a and {at} < b group by all"
)
_ORDERS = _FLOW.replace("{rows}", "seen_orders r").replace("{at}", "r.ordered_at")


def _orders(x: str, window: str = "plain") -> str:
    return _ORDERS.replace("{x}", x).replace("{w}", window)


_SUM = "sum(r.amount)"
_CUSTOMERS = "count(distinct r.customer_id)"
_KEYS = (
    "select distinct w.n, {by} as m, customer_id as k from {w} w join seen_orders r on"
    " r.ordered_at >= a and r.ordered_at < b where customer_id is not null"
)
_AGAIN = (
    "select x.n, x.m, count(y.k) as v, count(*) as base"
    f" from ({_KEYS.replace('{w}', 'month_ago')}) x left join ({_KEYS.replace('{w}', 'plain')}) y"
    " on x.n = y.n and x.k = y.k and x.m is not distinct from y.m group by all"
)
_FOLLOWED = (
    "select w.n, {by} as m, count(*) as base, count(*) filter (exists (select 1 from seen_orders o"
    " where o.customer_id = r.customer_id and o.ordered_at >= r.visited_at"
    " and o.ordered_at <= r.visited_at + interval 7 days)) as v"
    " from plain w join visits r on r.visited_at >= a and r.visited_at < b group by all"
)
_OPEN = (
    "select w.n, {by} as m, {x} as v from plain w join plans r on r.started_at < {t}"
    " and (r.ended_at is null or r.ended_at >= {t})"
    " and r.started_at < timestamp '2024-06-17 12:00' group by all"
)
_LAST = (
    "select n, m, sum(level) as v from (select w.n, {by} as m, r.level, row_number() over"
    " (partition by w.n, r.site order by r.taken_at desc, r.level_id desc) as place"
    " from plain w join levels r on r.taken_at < b) where place = 1 group by all"
)
_EACH = (
    "select n, m, avg(s) as v from (select w.n, {by} as m, customer_id, sum(r.amount) as s"
    " from plain w join seen_orders r on r.ordered_at >= a and r.ordered_at < b"
    " where customer_id is not null group by all) group by n, m"
)
_ZERO, _NONE = 0, None
_SQL: dict[str, tuple[str, int | None]] = {
    "sum(orders.amount)": (_orders(_SUM), _ZERO),
    "count(orders at due_on)": (
        _FLOW.format(
            by="{by}", x="count(*)", w="ahead", rows="seen_orders r", at="r.due_on::timestamp"
        ),
        _ZERO,
    ),
    "distinct(orders.customer_id)": (_orders(_CUSTOMERS), _ZERO),
    "median(orders.amount)": (_orders("median(r.amount)"), _NONE),
    "percentile(orders.price, 0.9)": (_orders("quantile_cont(r.price::double, 0.9)"), _NONE),
    "stddev(orders.amount)": (_orders("stddev_samp(r.amount)"), _NONE),
    "last(orders.amount)": (
        _orders("last(r.amount order by r.ordered_at, r.order_id) filter (r.amount is not null)"),
        _NONE,
    ),
    "sum(orders.price)": (_orders("sum(r.price)"), _ZERO),
    "trailing(sum(orders.amount), 28 days)": (_orders(_SUM, "days28"), _ZERO),
    "trailing(distinct(orders.customer_id), 3 months)": (_orders(_CUSTOMERS, "months3"), _ZERO),
    "trailing(median(orders.amount), 28 days)": (_orders("median(r.amount)", "days28"), _NONE),
    "to_date(sum(orders.price), year)": (_orders("sum(r.price)", "year"), _ZERO),
    "to_date(distinct(orders.customer_id), quarter)": (_orders(_CUSTOMERS, "quarter"), _ZERO),
    "cumulative(count(orders))": (_orders("count(*)", "so_far"), _ZERO),
    "cumulative(distinct(orders.customer_id))": (_orders(_CUSTOMERS, "so_far"), _ZERO),
    "prior(sum(orders.amount))": (_orders(_SUM, "month_ago"), _ZERO),
    "prior(avg(orders.amount), 1 year)": (_orders("avg(r.amount)", "year_ago"), _NONE),
    "prior(trailing(sum(orders.amount), 28 days))": (_orders(_SUM, "before28"), _ZERO),
    "avg(sum(orders.amount) per customer_id)": (_EACH, _NONE),
    "retained(orders by customer_id, 1 month)": (_AGAIN, _ZERO),
    "retention(orders by customer_id, 1 month)": (
        f"select n, m, v / base as v from ({_AGAIN})",
        _NONE,
    ),
    "converted(visits -> orders by customer_id within 7 days)": (_FOLLOWED, _ZERO),
    "conversion(visits -> orders by customer_id within 7 days)": (
        f"select n, m, v / base as v from ({_FOLLOWED})",
        _NONE,
    ),
    "sum(plans.fee as of end)": (_OPEN.replace("{x}", "sum(fee)").replace("{t}", "b"), _ZERO),
    "count(plans as of start)": (_OPEN.replace("{x}", "count(*)").replace("{t}", "a"), _ZERO),
    "sum(levels.level as of end)": (_LAST, _ZERO),
}
Cells = dict[tuple[int, str | None], object]


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(_TABLES.replace("{rows}", str(_ROWS)))
        for name, query in _WINDOWS.items():
            connection.execute(f"create view {name} as {query}")
        yield connection


@pytest.fixture(scope="module", params=["files", "frames"])
def book(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    tables: duckdb.DuckDBPyConnection,
) -> Book:
    """The tables in files, which are read into memory where they are small, and as frames."""
    folder = _written(tmp_path_factory.mktemp("windows"))
    (folder / "data").mkdir()
    names = ("orders", "visits", "plans", "levels")
    for name in names:
        tables.execute(f"copy {name} to '{folder}/data/{name}.parquet'")
    if request.param == "files":
        return open_book(folder)
    return open_book(
        folder, sources={n: pl.read_parquet(folder / "data" / f"{n}.parquet") for n in names}
    )


def _written(folder: Path) -> Path:
    metrics = [f"  m{n}: {{formula: '{formula}'}}" for n, formula in enumerate(_SQL)]
    text = "\n".join([_BOOK, "metrics:", *metrics])
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("by", [(), ("channel",)], ids=["in all", "by channel"])
def test_windows_hold_what_sql_finds_in_them(
    by: tuple[str, ...], book: Book, tables: duckdb.DuckDBPyConnection
) -> None:
    names = [f"m{n}" for n in range(len(_SQL))]
    found = book.query(
        names, by=by, grain="month", start=dt.date(2024, 1, 1), end=dt.date(2024, 6, 30)
    )
    rows = list(found.iter_rows(named=True))
    assert len(rows) == 6 * (4 if by else 1)
    for name, (formula, (query, nothing)) in zip(names, _SQL.items(), strict=True):
        cells = _cells(tables, query, by)
        for row in rows:
            place = row["start"].month - 1, row["channel"] if by else None
            expected = cells.get(place, nothing)
            assert _same(row[name], expected), f"{formula} of {place}: {row[name]}, not {expected}"


def _cells(tables: duckdb.DuckDBPyConnection, query: str, by: tuple[str, ...]) -> Cells:
    member = "r.channel" if by else "null::varchar"
    asked = f"select n, m, v from ({query.replace('{by}', member)})"
    return {(n, m): value for n, m, value in tables.execute(asked).fetchall()}


def _same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, int | float | Decimal):
        return math.isclose(left, right, rel_tol=1e-9)
    return left == right
