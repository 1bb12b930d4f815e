"""Small tables full of what goes wrong: nulls, ties, month ends, leap days, rows out of range."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from oracle.schema import Book, Link, Row, Source, Value
from oracle.terms import Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

CHANNELS = ("email", "paid", "Ünï ✓", "a|b <i>", "")
COUNTRIES = ("de", "fr", "日本")
STATUSES = ("won", "lost", "open")
CUSTOMERS = ("c1", "c2", "c3", "c4")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")

_ODD_DAYS = (
    "2024-02-29 2024-02-28 2024-03-01 2024-01-31 2024-02-01 2023-12-31 2024-01-01 2024-03-31 "
    "2023-02-28 2023-03-01 2024-12-30 2024-10-27 2024-03-10 2024-11-03 2023-12-29 2024-04-30"
)
ODD_DAYS = tuple(dt.date.fromisoformat(day) for day in _ODD_DAYS.split())
_CLOCK = (
    dt.time(0),
    dt.time(2, 30),
    dt.time(12),
    dt.time(22, 59, 59),
    dt.time(23, 30),
    dt.time(23, 59, 59, 999999),
)

_FIRST, _CLOSE = dt.date(2023, 11, 1), dt.date(2024, 1, 25)
_DAYS: tuple[dt.date, ...] = (
    *ODD_DAYS * 4,
    *(_CLOSE + dt.timedelta(n) for n in range(41)),
    *(_FIRST + dt.timedelta(3 * n) for n in range(71)),
    dt.date(2019, 6, 1),
    dt.date(2028, 2, 29),
)
_INTEGERS = (0, 1, *range(-4, 13))
_CENTS = tuple(Decimal(cents) / 100 for cents in (0, 100, *range(-300, 900, 7)))
_QUARTERS = (*(n / 4 for n in range(-8, 41)), *[float("nan")] * 8)
_TEXTS = ("open", "Won", " x ", "Straße", "日本", "a.b", "100%", "")


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column may hold, and how often it is null (once in `null`; never where that is 0)."""

    type: str
    options: Sequence[Value]
    null: int = 6

    def value(self, first: int, second: int) -> Value:
        """A value for two bytes: zero is null, or the first of the options."""
        if self.null and first % self.null == 0:
            return None
        found = self.options[second % len(self.options)]
        if self.type == "datetime" and isinstance(found, dt.date):
            return dt.datetime.combine(found, _CLOCK[first // 16 % len(_CLOCK)])
        return found


_CUSTOMER = _Column("string", [*CUSTOMERS, "gone"])
_CHANNEL = _Column("string", CHANNELS)
_INTEGER = _Column("integer", _INTEGERS)
_FLOAT = _Column("float", _QUARTERS)
_DECIMAL = _Column("decimal", _CENTS)
_BOOLEAN = _Column("boolean", (False, True))
_DAY = _Column("date", _DAYS)
_TIME = _Column("datetime", _DAYS)

_COLUMNS: dict[str, dict[str, _Column]] = {
    "customers": {
        "joined_on": _DAY,
        "country": _Column("string", COUNTRIES),
        "score": _INTEGER,
        "vip": _BOOLEAN,
    },
    "orders": {
        "ordered_at": _Column("datetime", _DAYS, null=10),
        "paid_at": _TIME,
        "shipped_on": _DAY,
        "customer_id": _CUSTOMER,
        "channel": _CHANNEL,
        "status": _Column("string", STATUSES),
        "amount": _INTEGER,
        "price": _DECIMAL,
        "rate": _FLOAT,
        "note": _Column("string", _TEXTS),
        "won": _BOOLEAN,
    },
    "visits": {
        "visited_at": _Column("datetime", _DAYS, null=10),
        "left_at": _TIME,
        "customer_id": _CUSTOMER,
        "medium": _CHANNEL,
        "pages": _INTEGER,
        "depth": _FLOAT,
    },
    "seats": {
        "started_on": _Column("date", _DAYS, null=10),
        "ended_on": _Column("date", _DAYS, null=3),
        "channel": _CHANNEL,
        "amount": _INTEGER,
        "price": _DECIMAL,
    },
    "balances": {
        "taken_on": _Column("date", _DAYS, null=10),
        "network": _Column("string", ["x", "y"], null=0),
        "channel": _CHANNEL,
        "level": _INTEGER,
    },
}
KEYS = {
    "customers": "customer_id",
    "orders": "order_id",
    "visits": "visit_id",
    "seats": "seat_id",
    "balances": "balance_id",
}
DIMENSIONS = {
    "customers": {"country": Name(("country",))},
    "orders": {
        "channel": Name(("channel",)),
        "status": Name(("status",)),
        "country": Name(("customer", "country")),
    },
    "visits": {"channel": Name(("medium",)), "country": Name(("customer", "country"))},
    "seats": {"channel": Name(("channel",))},
    "balances": {"channel": Name(("channel",)), "network": Name(("network",))},
}
_TIMES = {
    "customers": "joined_on",
    "orders": "ordered_at",
    "visits": "visited_at",
    "seats": "started_on",
    "balances": "taken_on",
}
_TO_CUSTOMER = {"customer": Link("customers", ("customer_id",), ("customer_id",))}


def _source(name: str, timezone: str | None) -> Source:
    key_type = "string" if name == "customers" else "integer"
    return Source(
        name=name,
        columns={KEYS[name]: key_type, **{c: x.type for c, x in _COLUMNS[name].items()}},
        key=(KEYS[name],),
        time=_TIMES[name],
        timezone=timezone,
        dimensions=DIMENSIONS[name],
        links=_TO_CUSTOMER if name in {"orders", "visits"} else {},
        open=("started_on", "ended_on") if name == "seats" else None,
        snapshot=("network",) if name == "balances" else None,
    )


@st.composite
def books(draw: st.DrawFn, *, plain_clock: bool = False) -> Book:
    """The five sources, in some zone; without metrics. `plain_clock` keeps to naive UTC."""
    zone = "UTC" if plain_clock else draw(st.sampled_from(ZONES))
    own = None if plain_clock else draw(st.none() | st.sampled_from(ZONES))
    return Book(
        sources={name: _source(name, own if name == "orders" else None) for name in _COLUMNS},
        metrics={},
        timezone=zone,
        week_starts=draw(st.sampled_from(["monday", "monday", "sunday"])),
        fiscal_year_starts=draw(st.sampled_from([1, 4, 10])),
        fiscal_year_named=draw(st.sampled_from(["end", "start"])),
        as_of=dt.date(2030, 1, 1),
    )


@st.composite
def tables(draw: st.DrawFn, *, plain_clock: bool = False) -> dict[str, list[Row]]:
    """Rows for every source; a customer's key is unique, as a link needs it."""
    zoned = not plain_clock and draw(st.booleans())
    return {name: _zoned(draw(_rows(name)), zoned=zoned) for name in _COLUMNS}


def _rows(name: str) -> SearchStrategy[list[Row]]:
    """Two bytes a cell: a strategy for each would take longer than all that is asked of them."""
    columns = _COLUMNS[name]
    keys: Sequence[Value] = CUSTOMERS if name == "customers" else range(1, 15)
    width = 2 * len(columns)
    row = st.binary(min_size=width, max_size=width).map(lambda drawn: _row(columns, drawn))
    return st.lists(row, max_size=len(keys)).map(
        lambda rows: [{KEYS[name]: key, **row} for key, row in zip(keys, rows, strict=False)]
    )


def _row(columns: Mapping[str, _Column], drawn: bytes) -> Row:
    pairs = zip(columns.items(), drawn[::2], drawn[1::2], strict=True)
    return {name: column.value(first, second) for (name, column), first, second in pairs}


def _zoned(rows: list[Row], *, zoned: bool) -> list[Row]:
    """The same wall clocks, said to be in UTC."""
    return [{c: _in_utc(value) if zoned else value for c, value in row.items()} for row in rows]


def _in_utc(value: Value) -> Value:
    return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value


def sources_with(dimensions: Mapping[str, object] | frozenset[str]) -> list[str]:
    """The sources that offer all of some dimensions."""
    return [name for name, offered in DIMENSIONS.items() if set(dimensions) <= set(offered)]
