"""A plan: aggregates in their windows and populations, and formulas over their results."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tallybook.calendar.model import CalendarRules, Period, Window
    from tallybook.check.model import Checked
    from tallybook.language import ir
    from tallybook.language.types import Type
    from tallybook.parse.syntax import Value


@dataclass(frozen=True, slots=True)
class Asked:
    """One column of an answer: a metric, or another formula that is wanted beside it.

    `allocate_none` leaves a source that lacks a dimension of the breakdown un-broken-down.
    """

    name: str
    cell: ir.Cell
    allocate_none: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: formulas, over periods, by dimensions, of the rows meeting a condition."""

    columns: tuple[Asked, ...]
    periods: tuple[Period, ...]
    by: tuple[str, ...] = ()
    where: ir.Row | None = None
    stands_for: str | None = None  # the dimension that `by` is made of, to `total … over`


@dataclass(frozen=True, slots=True)
class Placement:
    """How rows come to be in a window.

    `timed`: the value of `at` falls in it. `stock`: the row is open just before its `edge`.
    `all`: every row is, those without a time included.
    """

    kind: Literal["timed", "stock", "all"]
    at: ir.Row | None = None
    edge: ir.Edge | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregate, in one window per period, by some dimensions, of some rows.

    `rows` is the question's condition, which also decides which members there are; `condition` is
    the formula's own. Both are expressions over the source's row.
    """

    aggregate: ir.Aggregate | ir.PerKey | ir.Conversion | ir.Retention
    placement: Placement
    windows: tuple[Window, ...]
    dimensions: tuple[str, ...]
    condition: ir.Row | None = None
    rows: ir.Row | None = None
    earlier: tuple[Window, ...] = ()  # for retention: the windows looked back to

    @property
    def source(self) -> str:
        """The source whose rows are aggregated."""
        a = self.aggregate
        return a.base if hasattr(a, "base") else a.source


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """The result of a measure, by its number in the plan."""

    number: int
    type: Type


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """A value written out."""

    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Calculation:
    """A scalar function or operator over results; `growth` is its own."""

    function: str
    arguments: tuple[Formula, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class ElapsedShares:
    """The share of each of the question's periods that is seen; None where none of it is."""

    shares: tuple[float | None, ...]


Formula = MeasureValue | ConstantValue | Calculation | ElapsedShares


Keeps = Literal["parts", "values", "distinct"]


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows of one source grouped once, for all measures that can be rolled up from the result.

    The groups are the intervals between `edges` and the members of `dimensions`. They keep partial
    results (`parts`), or the values of the rows that meet `where`: all, in any order (`values`, for
    medians and percentiles), or each once (`distinct`).
    """

    source: str
    placement: Placement
    rows: ir.Row | None
    dimensions: tuple[str, ...]
    edges: tuple[dt.datetime, ...]
    measures: tuple[int, ...]
    keeps: Keeps = "parts"
    where: ir.Row | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows of one source grouped by window and members, for measures that do not roll up."""

    source: str
    placement: Placement
    rows: ir.Row | None
    where: ir.Row | None
    dimensions: tuple[str, ...]
    windows: tuple[Window, ...]
    measures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """How one question's cells are put together: a formula per metric over measures."""

    question: Question
    columns: tuple[tuple[str, Formula], ...]
    presence: tuple[int, ...]  # measures whose groups are the members of the answer


@dataclass(frozen=True)
class Plan:
    """Everything that several questions need, each source read once."""

    checked: Checked
    rules: CalendarRules
    as_of: dt.datetime  # an instant, in UTC
    measures: tuple[Measure, ...]
    scans: tuple[Scan, ...]
    branches: tuple[Branch, ...]
    answers: tuple[Answer, ...]
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)  # columns of tables
