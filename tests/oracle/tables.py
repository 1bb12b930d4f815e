"""Small tables full of what goes wrong: nulls, ties, month ends, leap days, rows out of range."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from oracle.books import banded, grouped
from oracle.schema import Book, Calendar, Group, Link, Rates, Row, Source, Value
from oracle.terms import (
    Aggregate,
    Binary,
    Call,
    Duration,
    Exists,
    Expr,
    Lit,
    Name,
)

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

_EXPIRES = (
    None,
    None,
    Duration(36, "hour"),
    Duration(1, "day"),
    Duration(3, "week"),
    Duration(1, "month"),
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
_TIERS = (" Gold", "gold ", "SILVER", "Silver", "tin", "")
_CURRENCIES = ("EUR", "USD", "JPY", "XXX")
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
        "tier": _Column("string", _TIERS),
        "currency": _Column("string", _CURRENCIES),
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
    "trials": {
        "began_at": _Column("datetime", _DAYS, null=10),
        "ended_at": _Column("datetime", _DAYS, null=3),
        "channel": _CHANNEL,
        "amount": _INTEGER,
    },
    "balances": {
        "taken_at": _Column("datetime", _DAYS, null=10),
        "network": _Column("string", ["x", "y"], null=0),
        "channel": _CHANNEL,
        "level": _INTEGER,
    },
    "rates": {
        "day": _Column("date", _DAYS, null=10),
        "code": _Column("string", _CURRENCIES[:3]),
        "worth": _Column("float", (0.25, 0.5, 1.5, 4.0)),
    },
}
KEYS = {
    "customers": "customer_id",
    "orders": "order_id",
    "visits": "visit_id",
    "seats": "seat_id",
    "trials": "trial_id",
    "balances": "balance_id",
    "rates": "rate_id",
}


BANDS = {"orders": {"size": ("amount", (0, 3, 8))}, "trials": {"size": ("amount", (0, 3, 8))}}
GROUPS = {"kind": Group("channel", {"owned": ("email", ""), "bought": ("paid", "fax")})}
_CHANNEL_OF = {
    "orders": Name(("channel",)),
    "visits": Name(("medium",)),
    "seats": Name(("channel",)),
    "trials": Name(("channel",)),
    "balances": Name(("channel",)),
}
DIMENSIONS: dict[str, dict[str, Expr]] = {
    "customers": {"country": Name(("country",))},
    "orders": {
        "channel": Name(("channel",)),
        "status": Name(("status",)),
        "country": Name(("customer", "country")),
        "size": banded(*BANDS["orders"]["size"]),
        "tier": Name(("tier",)),
    },
    "visits": {"channel": Name(("medium",)), "country": Name(("customer", "country"))},
    "seats": {"channel": Name(("channel",))},
    "trials": {"channel": Name(("channel",)), "size": banded(*BANDS["trials"]["size"])},
    "balances": {"channel": Name(("channel",)), "network": Name(("network",))},
    "rates": {},
}
for _name, _channel in _CHANNEL_OF.items():
    DIMENSIONS[_name]["kind"] = grouped(_channel, GROUPS["kind"])
_TIMES = {
    "customers": "joined_on",
    "orders": "ordered_at",
    "visits": "visited_at",
    "seats": "started_on",
    "trials": "began_at",
    "balances": "taken_at",
}
COMPUTED: dict[str, dict[str, Expr]] = {
    "customers": {
        "bought": Aggregate("sum", (Name(("orders", "amount")),)),
        "active": Exists("visits", where=Binary(">", Name(("visits", "pages")), Lit(2))),
    },
    "orders": {
        "net": Binary("-", Call("coalesce", (Name(("amount",)), Lit(0))), Name(("order_id",))),
        "twice": Binary("*", Name(("net",)), Lit(2)),
        "wait": Call("days", (Name(("ordered_at",)), Name(("paid_at",)))),
        "sent": Call("truncate", (Name(("shipped_on",)), Name(("month",)))),
    },
    "visits": {"points": Binary("+", Name(("pages",)), Name(("customer", "score")))},
}
PARAMETERS: dict[str, Value] = {"few": 2, "part": 0.75}
CALENDAR_GRAIN = "week_445"
_OPEN = {"seats": ("started_on", "ended_on"), "trials": ("began_at", "ended_at")}
_TO_CUSTOMER = {"customer": Link("customers", ("customer_id",), ("customer_id",))}


def _source(name: str, timezone: str | None, expires: Duration | None) -> Source:
    key_type = "string" if name == "customers" else "integer"
    return Source(
        name=name,
        columns={KEYS[name]: key_type, **{c: x.type for c, x in _COLUMNS[name].items()}},
        key=(KEYS[name],),
        time=_TIMES.get(name),
        timezone=timezone,
        dimensions=DIMENSIONS[name],
        links=_TO_CUSTOMER if name in {"orders", "visits"} else {},
        open=_OPEN.get(name),
        snapshot=("network",) if name == "balances" else None,
        expires=expires if name == "balances" else None,
        computed=COMPUTED.get(name, {}),
        clean={"tier": ("trim", "lower")} if name == "orders" else {},
        mapped={"tier": {"tin": "silver", "": "none"}} if name == "orders" else {},
        bands=BANDS.get(name, {}),
    )


def _calendar() -> Calendar:
    """Years of quarters of four, four and five weeks, from long before the rows to after them."""
    periods, start = [], dt.date(2012, 12, 31)
    for number in range(16 * 12):
        periods.append((f"{2013 + number // 12}-P{number % 12 + 1:02}", start))
        start += dt.timedelta(weeks=5 if number % 3 == 2 else 4)
    return Calendar(CALENDAR_GRAIN, tuple(periods), start)


@st.composite
def books(draw: st.DrawFn, *, plain_clock: bool = False) -> Book:
    """The sources, in some zone; without metrics. `plain_clock` keeps to naive UTC and to SQL."""
    zone = "UTC" if plain_clock else draw(st.sampled_from(ZONES))
    own = None if plain_clock else draw(st.none() | st.sampled_from(ZONES))
    expires = None if plain_clock else draw(st.sampled_from(_EXPIRES))
    own_zone = {"orders": own, "trials": own}
    return Book(
        sources={name: _source(name, own_zone.get(name), expires) for name in _COLUMNS},
        metrics={},
        timezone=zone,
        week_starts=draw(st.sampled_from(["monday", "monday", "sunday"])),
        fiscal_year_starts=draw(st.sampled_from([1, 4, 10])),
        fiscal_year_named=draw(st.sampled_from(["end", "start"])),
        as_of=dt.date(2028, 11, 1),
        parameters=PARAMETERS,
        rates=Rates("rates", "day", "code", "worth", "EUR"),
        calendar=_calendar(),
        groups=GROUPS,
    )


@st.composite
def tables(draw: st.DrawFn, *, plain_clock: bool = False) -> dict[str, list[Row]]:
    """Rows for every source; a customer's key is unique, as a link needs it."""
    zoned = not plain_clock and draw(st.booleans())
    found = {name: _zoned(draw(_rows(name)), zoned=zoned) for name in _COLUMNS}
    return {**found, "rates": _one_a_day(found["rates"])}


def _one_a_day(rates: list[Row]) -> list[Row]:
    """Rates of which no two are of the same currency and day."""
    return list({(row["code"], row["day"]): row for row in rates}.values())


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
