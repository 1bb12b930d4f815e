"""A checked book: what the planner may rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.check.source_checks import SourceCheck
    from tallybook.language.ir import Cell, Row
    from tallybook.language.units import DeclaredUnit, Unit
    from tallybook.resolve.model import Book, Metric, Table


@dataclass(frozen=True, slots=True)
class UnionRows:
    """One part of a table that is made of the rows of others, as expressions over a row of `of`."""

    of: str
    where: Row | None
    columns: Mapping[str, Row]


@dataclass(frozen=True)
class CheckedTable:
    """A table with its computed columns and dimensions as checked row expressions."""

    table: Table
    computed: Mapping[str, Row]
    dimensions: Mapping[str, Row]
    checks: tuple[SourceCheck, ...] = ()
    union: tuple[UnionRows, ...] = ()

    @property
    def name(self) -> str:
        """The source's name."""
        return self.table.name


@dataclass(frozen=True)
class CheckedMetric:
    """A metric whose formula means something. `unit` is what the formula was found to have."""

    metric: Metric
    cell: Cell
    unit: Unit | None
    target: Cell | None
    sources: frozenset[str]
    lacks: frozenset[str] = frozenset()  # absent sources without which there is no value

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.metric.name

    @property
    def declared_unit(self) -> DeclaredUnit | None:
        """The unit that the book says, if it says one."""
        return self.metric.unit


@dataclass(frozen=True)
class Checked:
    """A book from which numbers can be computed."""

    book: Book
    tables: Mapping[str, CheckedTable]
    metrics: Mapping[str, CheckedMetric]

    def available(self, name: str) -> bool:
        """Whether the data for a metric is there."""
        return not self.metrics[name].lacks
