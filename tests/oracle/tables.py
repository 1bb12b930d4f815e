"""Small tables full of what goes wrong: nulls, ties, month ends, leap days, rows out of range."""

from __future__ import annotations

import datetime as dt
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

days = st.one_of(
    st.sampled_from(ODD_DAYS),
    st.dates(dt.date(2023, 11, 1), dt.date(2024, 5, 31)),
    st.dates(dt.date(2024, 1, 25), dt.date(2024, 3, 5)),
    st.sampled_from([dt.date(2019, 6, 1), dt.date(2028, 2, 29)]),
)
times = st.builds(dt.datetime.combine, days, st.sampled_from(_CLOCK))
integers = st.integers(-4, 12)
decimals = st.integers(-300, 900).map(lambda cents: Decimal(cents) / 100)
floats = st.one_of(st.integers(-8, 40).map(lambda n: n / 4), st.just(float("nan")))
texts = st.sampled_from(["open", "Won", " x ", "Straße", "日本", "a.b", "100%", ""])


def _nullable(values: SearchStrategy[Value], *, one_in: int = 6) -> SearchStrategy[Value]:
    return st.integers(1, one_in).flatmap(lambda n: st.none() if n == 1 else values)


_CUSTOMER = _nullable(st.sampled_from([*CUSTOMERS, "gone"]))
_CHANNEL = _nullable(st.sampled_from(CHANNELS))

_COLUMNS: dict[str, dict[str, tuple[str, SearchStrategy[Value]]]] = {
    "customers": {
        "joined_on": ("date", _nullable(days)),
        "country": ("string", _nullable(st.sampled_from(COUNTRIES))),
        "score": ("integer", _nullable(integers)),
        "vip": ("boolean", _nullable(st.booleans())),
    },
    "orders": {
        "ordered_at": ("datetime", _nullable(times, one_in=10)),
        "paid_at": ("datetime", _nullable(times)),
        "shipped_on": ("date", _nullable(days)),
        "customer_id": ("string", _CUSTOMER),
        "channel": ("string", _CHANNEL),
        "status": ("string", _nullable(st.sampled_from(STATUSES))),
        "amount": ("integer", _nullable(integers)),
        "price": ("decimal", _nullable(decimals)),
        "rate": ("float", _nullable(floats)),
        "note": ("string", _nullable(texts)),
        "won": ("boolean", _nullable(st.booleans())),
    },
    "visits": {
        "visited_at": ("datetime", _nullable(times, one_in=10)),
        "left_at": ("datetime", _nullable(times)),
        "customer_id": ("string", _CUSTOMER),
        "medium": ("string", _CHANNEL),
        "pages": ("integer", _nullable(integers)),
        "depth": ("float", _nullable(floats)),
    },
    "seats": {
        "started_on": ("date", _nullable(days, one_in=10)),
        "ended_on": ("date", _nullable(days, one_in=3)),
        "channel": ("string", _CHANNEL),
        "amount": ("integer", _nullable(integers)),
        "price": ("decimal", _nullable(decimals)),
    },
    "balances": {
        "taken_on": ("date", _nullable(days, one_in=10)),
        "network": ("string", st.sampled_from(["x", "y"])),
        "channel": ("string", _CHANNEL),
        "level": ("integer", _nullable(integers)),
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
        columns={KEYS[name]: key_type, **{c: t for c, (t, _) in _COLUMNS[name].items()}},
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
    columns = st.fixed_dictionaries({c: values for c, (_, values) in _COLUMNS[name].items()})
    keys: Sequence[Value] = CUSTOMERS if name == "customers" else range(1, 15)
    most = len(CUSTOMERS) if name == "customers" else 14
    return st.lists(columns, max_size=most).map(
        lambda rows: [{KEYS[name]: key, **row} for key, row in zip(keys, rows, strict=False)]
    )


def _zoned(rows: list[Row], *, zoned: bool) -> list[Row]:
    """The same wall clocks, said to be in UTC."""
    return [{c: _in_utc(value) if zoned else value for c, value in row.items()} for row in rows]


def _in_utc(value: Value) -> Value:
    return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value


def sources_with(dimensions: Mapping[str, object] | frozenset[str]) -> list[str]:
    """The sources that offer all of some dimensions."""
    return [name for name, offered in DIMENSIONS.items() if set(dimensions) <= set(offered)]
