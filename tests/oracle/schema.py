"""A book as the oracles see it: typed tables, named metrics, and what is asked of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from oracle.terms import Duration, Expr

Value = int | float | Decimal | str | bool | dt.date | dt.datetime | None
Row = Mapping[str, Value]
Tables = Mapping[str, Sequence[Row]]
Members = tuple[Value, ...]


class Printer(Protocol):
    """Hypothesis's, which takes a dataclass apart unless it prints itself."""

    def text(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Link:
    """Many rows of the source that has the link to one row of another."""

    to: str
    on: tuple[str, ...]
    to_key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """`columns` maps to type names; a `datetime` holds naive or aware values as the file does.

    A text is cleaned first (`trim`, `lower`), then mapped. `bands` are how some of the `dimensions`
    are written: a column, and the numbers that it is cut at.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    time: str | None = None
    timezone: str | None = None
    dimensions: Mapping[str, Expr] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    computed: Mapping[str, Expr] = field(default_factory=dict)
    open: tuple[str, str] | None = None
    snapshot: tuple[str, ...] | None = None
    expires: Duration | None = None
    clean: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mapped: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bands: Mapping[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar of the book's own: (label, first day) of periods in a row, and the day after."""

    grain: str
    periods: tuple[tuple[str, dt.date], ...]
    after: dt.date


@dataclass(frozen=True, slots=True)
class Group:
    """How a dimension that the sources offer is written: members of another, each under a name."""

    of: str
    members: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rates:
    """Where `convert` looks an exchange rate up; what is worth 1 is the book's own currency."""

    source: str
    date: str
    currency: str
    to_base: str
    own: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Book:
    """`as_of` is an instant (aware) or a local day or wall time of the book's zone.

    `unallocated` are the metrics that say `allocate: none`.
    """

    sources: Mapping[str, Source]
    metrics: Mapping[str, Expr]
    timezone: str = "UTC"
    week_starts: str = "monday"
    fiscal_year_starts: int = 1
    fiscal_year_named: str = "end"
    as_of: dt.date | dt.datetime | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    rates: Rates | None = None
    calendar: Calendar | None = None
    groups: Mapping[str, Group] = field(default_factory=dict)
    unallocated: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """What differs between drawn books: their sources are always the same."""
        zones = ", ".join(f"{s.name} in {s.timezone}" for s in self.sources.values() if s.timezone)
        fiscal = f"{self.fiscal_year_starts} {self.fiscal_year_named}"
        spans = ", ".join(
            f"{s.name} expire in {s.expires}" for s in self.sources.values() if s.expires
        )
        said = f"{self.week_starts}, fiscal {fiscal}; {zones}; {spans}; {set(self.unallocated)}"
        return f"<Book in {self.timezone}, {said}>"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(frozen=True, slots=True)
class Question:
    """`start` and `end` are local days, `end` the last one included."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    where: Expr | None = None
    as_of: dt.date | dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`cells` by (period's number, members, metric); `periods` and `members` in their order."""

    periods: tuple[tuple[str, dt.date | None, dt.date | None, bool], ...]
    members: tuple[Members, ...]
    cells: Mapping[tuple[int, Members, str], Value]


class IntegerOverflowError(ArithmeticError):
    """An integer sum that 64 bits cannot hold: an error, by section 3."""


class UnsaidError(LookupError):
    """A question for which the language page says nothing that could be computed."""


class MissingDimensionError(LookupError):
    """A source lacks a dimension that it is asked by: an error, by sections 5 and 8."""
