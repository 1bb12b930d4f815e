"""A book whose names are known. Formulas are still syntax: their types come with `check`."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from tallybook.dataclass import dataclass
from tallybook.resolve.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tallybook.calendar.model import CalendarRules
    from tallybook.declare import model as declared
    from tallybook.language.types import Type
    from tallybook.language.units import DeclaredUnit, Unit
    from tallybook.parse.syntax import Expr, Value
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span


class SchemaReader(Protocol):
    """Reads the columns of a source's data: their names, and the type their values look like.

    None, with a finding at the source's declaration, where a file is missing or unreadable.
    """

    def __call__(self, source: declared.Source, findings: Findings) -> Mapping[str, Type] | None:
        """Read the schema of one source."""

    def derived(
        self, source: declared.Source, tables: Mapping[str, Table], findings: Findings
    ) -> Mapping[str, Type] | None:
        """Read the schema of a source that is SQL over other tables."""

    def has_data(self, source: declared.Source) -> bool:
        """Whether there are files, or a frame, for a source at all."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `in_file` is what the file calls it; None for a computed column."""

    name: str
    type: Type
    unit: Unit | None
    in_file: str | None
    declared: declared.Column | None = None
    formula: Expr | None = None
    absent: bool = False  # a library's column that the book's data does not have

    @property
    def is_computed(self) -> bool:
        """Whether it has a formula, if perhaps one that cannot be read."""
        said = self.declared is not None and self.declared.formula is not None
        return said or self.formula is not None


@dataclass(frozen=True, slots=True)
class Link:
    """Many rows to one: our columns `on` equal their columns `to_key`."""

    name: str
    to: str
    on: tuple[str, ...]
    to_key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of one table: an expression over its row, or that expression cut into bands."""

    name: str
    declared: declared.Dimension
    of: Expr


@dataclass(frozen=True, slots=True)
class UnionPart:
    """Rows of another source as rows of a table: what is said of the columns in them."""

    of: str
    span: Span
    where: Expr | None
    columns: Mapping[str, Expr]


@dataclass(frozen=True)
class Table:
    """A source with its columns known."""

    name: str
    declared: declared.Source
    columns: Mapping[str, Column]
    links: Mapping[str, Link]
    dimensions: Mapping[str, Dimension]
    time: str | None
    key: tuple[str, ...]
    made_of: tuple[str, ...] = ()  # the sources that its SQL reads, or whose rows it unites
    union: tuple[UnionPart, ...] = ()
    absent: bool = False  # a library's source that the book has no data for
    unread: bool = False  # its data could not be read, which is a finding already


@dataclass(frozen=True)
class Metric:
    """A metric with its formula parsed and its unit read."""

    name: str
    declared: declared.Metric
    formula: Expr
    unit: DeclaredUnit | None
    target: Expr | None


@dataclass(frozen=True, slots=True)
class Rates:
    """The table of exchange rates: from a day on, what a currency is worth in the book's.

    Without a `date` column the rates hold on every day.
    """

    table: str
    date: str | None
    currency: str
    to_base: str


@dataclass(frozen=True)
class Book:
    """All names of a book. `metrics` come after those that they are made of."""

    declarations: declared.Declarations
    root: Path
    calendar: CalendarRules
    currency: str | None
    parameters: Mapping[str, Value]
    tables: Mapping[str, Table]
    metrics: Mapping[str, Metric]
    funnels: Mapping[str, declared.Funnel]
    scorecards: Mapping[str, declared.Scorecard]
    rates: Rates | None
    scopes: Mapping[str, Expr]
    theme: Theme = field(default_factory=Theme)

    def dimension_names(self) -> frozenset[str]:
        """Every dimension that some source offers."""
        return frozenset(name for table in self.tables.values() for name in table.dimensions)
