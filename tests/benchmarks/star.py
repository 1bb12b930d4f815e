"""A star schema of any size: leads, sessions, emails and spend over two years, and campaigns.

The same number of rows gives the same tables on every machine: values are made from row numbers by
a mixing function, not drawn. Tables are written in chunks, so that memory does not grow with them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST_DAY, DAYS = dt.datetime(2023, 1, 1), 731
CAMPAIGNS = 500
_CHUNK = 1_000_000
_CHANNELS = (
    "affiliate",
    "direct",
    "display",
    "email",
    "event",
    "organic_search",
    "organic_social",
    "outbound",
    "paid_search",
    "paid_social",
    "partner",
    "podcast",
    "print",
    "referral",
    "video",
    "webinar",
)
_COUNTRIES = ("AT", "BR", "CA", "CH", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "NL", "PL", "US")
_DEVICES = ("desktop", "mobile", "tablet")
_GOALS = ("awareness", "demand", "retention", "upsell")


@dataclass(frozen=True, slots=True)
class _Random:
    """Columns of a table as functions of the row's number."""

    table: int

    def whole(self, column: int, below: int) -> pl.Expr:
        """A whole number from 0, evenly spread."""
        return (self._mixed(column) % below).cast(pl.Int64)

    def share(self, column: int) -> pl.Expr:
        """A fraction from 0 to 1."""
        return (self._mixed(column) // 2**11).cast(pl.Float64) / 2.0**53

    def happens(self, column: int, odds: float) -> pl.Expr:
        """True for that share of the rows."""
        return self.share(column) < odds

    def skewed(self, column: int, below: int) -> pl.Expr:
        """A whole number from 0, small ones more often."""
        return (self.share(column) ** 2 * below).cast(pl.Int64)

    def word(self, column: int, words: tuple[str, ...]) -> pl.Expr:
        """One of the words, the first ones more often."""
        number = self.skewed(column, len(words))
        return pl.lit(pl.Series(words)).gather(number)

    def moment(self, column: int) -> pl.Expr:
        """A second within the two years."""
        seconds = self.whole(column, DAYS * 86_400)
        return pl.lit(FIRST_DAY) + pl.duration(seconds=seconds)

    def _mixed(self, column: int) -> pl.Expr:
        """The row's number mixed (the finisher of SplitMix64), another stream per column."""
        stream = self.table * 1_000_003 + column
        mixed = pl.col("row") * _word(0x9E3779B97F4A7C15) + _word(stream * 0xD1B54A32D192ED03)
        mixed = (mixed ^ (mixed // 2**30)) * _word(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed // 2**27)) * _word(0x94D049BB133111EB)
        return mixed ^ (mixed // 2**31)


def _word(value: int) -> pl.Expr:
    return pl.lit(value % 2**64, pl.UInt64)


def _when(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(value)


def _channel(make: _Random, column: int) -> pl.Expr:
    return _when(~make.happens(column + 1, 0.03), make.word(column, _CHANNELS))


def _leads(make: _Random, people: int) -> list[pl.Expr]:
    created = make.moment(1)
    mql = created + pl.duration(seconds=make.skewed(2, 40 * 86_400))
    sql = mql + pl.duration(seconds=make.skewed(3, 30 * 86_400))
    closed = sql + pl.duration(seconds=make.skewed(4, 120 * 86_400))
    is_mql, is_sql = make.happens(5, 0.4), make.happens(6, 0.5)
    is_closed, is_won = make.happens(7, 0.7), make.happens(8, 0.35)
    qualified = is_mql & is_sql
    done = qualified & is_closed
    priced = qualified | ~make.happens(10, 0.05)
    return [
        pl.col("row").cast(pl.Int64).alias("lead_id"),
        make.whole(9, people).alias("visitor_id"),
        created.alias("created_at"),
        _when(is_mql, mql).alias("mql_at"),
        _when(qualified, sql).alias("sql_at"),
        _when(done, closed).alias("closed_at"),
        _when(done, pl.when(is_won).then(pl.lit("won")).otherwise(pl.lit("lost"))).alias("outcome"),
        _when(priced, (make.share(11) ** 3 * 90_000 + 500).round(2)).alias("amount"),
        make.skewed(12, 101).alias("score"),
        _when(~make.happens(13, 0.1), make.skewed(14, 5_000) + 1).alias("company_size"),
        _channel(make, 15).alias("channel"),
        _when(~make.happens(17, 0.2), make.skewed(18, CAMPAIGNS)).alias("campaign_id"),
    ]


def _sessions(make: _Random, people: int) -> list[pl.Expr]:
    bounced = make.happens(1, 0.45)
    return [
        pl.col("row").cast(pl.Int64).alias("session_id"),
        make.skewed(2, people).alias("visitor_id"),
        make.moment(3).alias("started_at"),
        bounced.alias("bounced"),
        pl.when(bounced).then(1).otherwise(make.skewed(4, 20) + 2).alias("pages"),
        make.skewed(5, 1_800).alias("seconds"),
        make.word(6, _DEVICES).alias("device"),
        make.word(7, _COUNTRIES).alias("country"),
        _channel(make, 8).alias("channel"),
    ]


def _emails(make: _Random, people: int) -> list[pl.Expr]:
    delivered = make.happens(1, 0.96)
    opened = delivered & make.happens(2, 0.3)
    clicked = opened & make.happens(3, 0.15)
    return [
        pl.col("row").cast(pl.Int64).alias("email_id"),
        make.whole(4, people).alias("recipient_id"),
        make.moment(5).alias("sent_at"),
        delivered.alias("delivered"),
        opened.alias("opened"),
        clicked.alias("clicked"),
        (delivered & make.happens(6, 0.004)).alias("unsubscribed"),
        _channel(make, 7).alias("channel"),
        make.skewed(9, CAMPAIGNS).alias("campaign_id"),
    ]


def _spend(make: _Random, _: int) -> list[pl.Expr]:
    impressions = make.skewed(1, 20_000)
    return [
        make.moment(2).dt.date().alias("date"),
        _channel(make, 3).alias("channel"),
        make.skewed(5, CAMPAIGNS).alias("campaign_id"),
        pl.when(make.happens(6, 0.85))
        .then(pl.lit("marketing"))
        .otherwise(pl.lit("sales"))
        .alias("team"),
        (make.share(7) ** 2 * 400).round(2).alias("amount"),
        impressions.alias("impressions"),
        (impressions.cast(pl.Float64) * make.share(8) * 0.04).cast(pl.Int64).alias("clicks"),
    ]


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    of_ten: int  # how many of ten fact rows
    columns: Callable[[_Random, int], list[pl.Expr]]


_FACTS = (
    _Table("sessions", 4, _sessions),
    _Table("emails", 3, _emails),
    _Table("leads", 2, _leads),
    _Table("spend", 1, _spend),
)


def write(folder: Path, rows: int) -> None:
    """Write the tables as Parquet: `<table>-000.parquet` and so on, `rows` fact rows in all."""
    folder.mkdir(parents=True, exist_ok=True)
    _campaigns().write_parquet(folder / "campaigns.parquet")
    for number, table in enumerate(_FACTS):
        _write_facts(folder, table, _Random(number), rows * table.of_ten // 10, rows // 5 + 1)


def _write_facts(folder: Path, table: _Table, make: _Random, rows: int, people: int) -> None:
    columns = table.columns(make, people)
    for part, first in enumerate(range(0, rows, _CHUNK)):
        end = min(first + _CHUNK, rows)
        numbers = pl.select(pl.int_range(first, end, dtype=pl.UInt64).alias("row"))
        numbers.select(columns).write_parquet(folder / f"{table.name}-{part:03}.parquet")


def _campaigns() -> pl.DataFrame:
    make = _Random(9)
    numbers = pl.select(pl.int_range(CAMPAIGNS, dtype=pl.UInt64).alias("row"))
    return numbers.select(
        pl.col("row").cast(pl.Int64).alias("campaign_id"),
        pl.format("campaign {}", pl.col("row")).alias("name"),
        make.word(1, _GOALS).alias("goal"),
    )
