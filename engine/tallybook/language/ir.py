"""The checked form of formulas: every node typed, every name resolved, no engine in sight.

Two levels. A `Row` has one value per row of one source; a `Cell` has one value per cell of an
answer. An `Aggregate` is where rows become a cell. Spans take no part in equality, so that two
metrics that say the same share their work.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass
from tallybook.language.types import Type

if TYPE_CHECKING:
    from tallybook.declare.model import Grain
    from tallybook.language.units import Unit
    from tallybook.parse.syntax import Duration, Value
    from tallybook.text.span import Span

Edge = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written out, or a parameter's value."""

    value: Value
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row's source, or, through `links`, of the one row that it points to."""

    source: str
    links: tuple[str, ...]
    name: str
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class DimensionValue:
    """A dimension, in a condition that is not tied to one source."""

    name: str
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PeriodBound:
    """The start or end of the cell's window."""

    edge: Edge
    type: Type = Type.DATETIME
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RowCall:
    """A scalar function or operator of the table, on row values."""

    function: str
    arguments: tuple[Row, ...]
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Linked:
    """An aggregate of the rows of another source whose `their_keys` equal this row's `our_keys`.

    `aggregate.source` is the other source. Rows with a null key have no linked rows.
    """

    aggregate: Aggregate
    their_keys: tuple[Row, ...]
    our_keys: tuple[Row, ...]
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency is worth in another on a day, by the book's rates.

    The last rate known by the day; null where there is none.
    """

    currency: Row
    to: str
    at: Row
    type: Type = Type.FLOAT
    unit: Unit | None = field(default=None, compare=False)


Row = Constant | Column | DimensionValue | PeriodBound | RowCall | Linked | Rate


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One number from the rows of one source that fall in the cell.

    `function` is an entry of the table; `count` over no argument counts rows. `at` is the column
    that places a row in time, None for the source's own. With `stock`, the rows open just before
    that edge of the window instead. With `per`, `arguments` are cells: a first aggregation per key.
    """

    function: str
    source: str
    arguments: tuple[Row, ...]
    where: Row | None
    at: Row | None
    stock: Edge | None
    type: Type
    unit: Unit | None = field(default=None, compare=False)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PerKey:
    """A two-level aggregate: `inner` per key inside the cell, `function` over the keys."""

    function: str
    source: str
    inner: tuple[Cell, ...]
    keys: tuple[Row, ...]
    where: Row | None
    at: Row | None
    stock: Edge | None
    type: Type
    unit: Unit | None = field(default=None, compare=False)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CellCall:
    """A scalar function or operator of the table, on cells."""

    function: str
    arguments: tuple[Cell, ...]
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class MetricValue:
    """Another metric, by name; `body` is its checked formula."""

    name: str
    body: Cell = field(repr=False)
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Filtered:
    """`body` with only the rows meeting a condition over dimensions."""

    body: Cell
    condition: Row
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Prior:
    """`body` in the period before, or in the one `by` earlier."""

    body: Cell
    by: Duration | None
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Growth:
    """`body / prior - 1`, null where the earlier value is missing or not above zero."""

    body: Cell
    by: Duration | None
    type: Type = Type.FLOAT
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Trailing:
    """`body` over the window of that length ending where the period ends."""

    body: Cell
    length: Duration
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ToDate:
    """`body` from the start of the enclosing `grain` to the period's end."""

    body: Cell
    grain: Grain
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Cumulative:
    """`body` from the beginning of the data to the period's end."""

    body: Cell
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Total:
    """`body` without breakdown; with `over`, without these dimensions only."""

    body: Cell
    over: tuple[str, ...] | None
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Base rows of the period with an event of `other` of the same key within `length` after them.

    With `as_share`, divided by the base rows.
    """

    base: str
    base_where: Row | None
    base_key: Row
    other: str
    other_where: Row | None
    other_key: Row
    length: Duration | None
    as_share: bool
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Retention:
    """Distinct keys of the period `by` earlier that are seen again; with `as_share`, divided."""

    source: str
    where: Row | None
    key: Row
    by: Duration
    as_share: bool
    type: Type
    unit: Unit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The share of the asked part of the period that is seen; null where none of it is."""

    type: Type
    unit: Unit | None = field(default=None, compare=False)


Cell = (
    Constant
    | Aggregate
    | PerKey
    | CellCall
    | MetricValue
    | Filtered
    | Prior
    | Growth
    | Trailing
    | ToDate
    | Cumulative
    | Total
    | Conversion
    | Retention
    | Elapsed
)
