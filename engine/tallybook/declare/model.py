"""What a book declares, as written: typed fields, no name looked up yet.

`None` means "not said", so that a book can override single fields of a library's definition.
Formulas and conditions stay places in their file (`Formula`), to be parsed where they lie.

The annotations are also how the YAML is read (see `shape`): a field is the key of its name, unless
`key` gives it another; a field marked `ITS_NAME` is the key under which the whole thing stands.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import field
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from tallybook.dataclass import dataclass
from tallybook.declare import readers
from tallybook.declare.shape import ByKey, Declared, Leaf, Opened, Word
from tallybook.declare.values import ColumnKind, ColumnType, Datum, Formula, Localized, Text

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.text.span import Span

__all__ = ["ColumnKind", "ColumnType", "Datum", "Formula", "Localized", "Text"]

T = TypeVar("T")

Flag = Annotated[bool, Leaf(readers.flag)]
Whole = Annotated[int, Leaf(readers.whole)]
Number = Annotated[int | float, Leaf(readers.number)]
Quantity = Annotated[int | float, Leaf(readers.quantity)]
Share = Annotated[float, Leaf(readers.share)]
Instant = Annotated[dt.date | dt.datetime, Leaf(readers.instant)]
Day = Annotated[dt.date, Leaf(readers.day)]
Blank = Annotated[str, Leaf(readers.literal_text)]
Several = Annotated[tuple[T, ...], Opened(readers.items)]
OneOrMore = Annotated[tuple[T, ...], Opened(readers.one_or_more)]
Named = Annotated[tuple[T, ...], Opened(readers.entries)]
Row = tuple[tuple[Text, Datum], ...]


ITS_NAME = {"key": None}
OPTIONAL = {"optional": True}  # None where it is not said, though Python asks for it


def key(name: str) -> dict[str, str]:
    """Give a field a key that is no Python name, or another one."""
    return {"key": name}


Grain = Literal["day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"]


@dataclass(frozen=True, slots=True)
class Holds(Declared):
    """What a column counts that a column of another source counts as well."""

    column: Text
    where: Formula | None = None


@dataclass(frozen=True, slots=True)
class Column(Declared):
    """A column as the book names it, and how to get it from the file."""

    name: Text = field(metadata=ITS_NAME)
    type: ColumnType | None = None
    from_: Text | None = field(metadata=key("from"), default=None)
    unit: Text | None = None
    formula: Formula | None = None
    clean: OneOrMore[Word[Literal["trim", "lower", "upper", "collapse"]]] = ()
    map: Annotated[tuple[tuple[str, str | None], ...], Leaf(readers.column_map)] = ()
    nulls: OneOrMore[Blank] = ()
    dates: Text | None = None
    holds: Holds | None = None
    label: Localized | None = None
    description: Localized | None = None


@dataclass(frozen=True, slots=True)
class Bands(Declared):
    """A number cut into ranges: `at: [0, 1000]` gives below 0, 0 to 1000, 1000 and more."""

    of: Formula = field(metadata=key("bands"))
    at: Annotated[tuple[int | float, ...], Leaf(readers.cuts)]
    labels: Several[Blank] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The members that the ranges make, from low to high."""
        return self.labels or (
            f"< {self.at[0]}",
            *(f"{low}–{high}" for low, high in pairwise(self.at)),
            f"≥ {self.at[-1]}",
        )


@dataclass(frozen=True, slots=True)
class DimensionMember(Declared):
    """What a member of a dimension is called on pages; `name` is its value as text."""

    name: Text
    label: Localized


@dataclass(frozen=True, slots=True)
class Dimension(Declared):
    """A name to break down and filter by; `of` is the row expression behind it.

    `labels` is what its members are called on pages.
    """

    name: Text = field(metadata=ITS_NAME)
    of: Formula | None = None
    bands: Bands | None = None
    label: Localized | None = None
    labels: Named[DimensionMember] = field(metadata=key("members"), default=())


@dataclass(frozen=True, slots=True)
class Link(Declared):
    """Many rows of this source to one row of another. `to_key` is that source's key if not said."""

    name: Text = field(metadata=ITS_NAME)
    to: Text
    on: OneOrMore[Text]
    to_key: OneOrMore[Text] = ()


@dataclass(frozen=True, slots=True)
class OpenInterval(Declared):
    """The columns between which a row is open, for stocks."""

    from_: Text = field(metadata=key("from"))
    to: Text


@dataclass(frozen=True, slots=True)
class Snapshot(Declared):
    """Rows are balances: the last one before an instant, per key, holds until the next."""

    per: OneOrMore[Text]
    expires: Text | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions(Declared):
    """How to read a source's files where they are not plain UTF-8 CSV with dots in numbers."""

    separator: Annotated[Text, Leaf(readers.separator)] | None = None
    decimal_comma: Flag | None = None
    thousands: Annotated[Text, Leaf(readers.separator)] | None = None
    nulls: OneOrMore[Blank] | None = None
    encoding: Text | None = None
    dates: Text | None = None
    sheet: Text | None = None
    skip_rows: Whole | None = None


@dataclass(frozen=True, slots=True)
class Check(Declared):
    """One entry of a source's `checks`."""

    kind: Literal["unique", "not_null", "accepted", "condition"]
    columns: tuple[Text, ...] = ()
    values: tuple[str, ...] = ()
    condition: Formula | None = None


@dataclass(frozen=True, slots=True)
class UnionColumn(Declared):
    """What a column is in the rows that one part brings."""

    name: Text = field(metadata=ITS_NAME)
    formula: Formula


@dataclass(frozen=True, slots=True)
class UnionPart(Declared):
    """Rows of another source as rows of this one.

    A column that is not said is that source's of the same name, and null where it has none.
    """

    of: Text
    columns: Named[UnionColumn]
    where: Formula | None = None


@dataclass(frozen=True, slots=True)
class Source(Declared):
    """A table as declared."""

    name: Text = field(metadata=ITS_NAME)
    paths: OneOrMore[Text] = field(metadata=key("path"), default=())
    sql: Text | None = None
    union: Several[UnionPart] = ()
    read: ReadOptions | None = None
    key: OneOrMore[Text] = ()
    time: Text | None = None
    timezone: Text | None = None
    fresh_within: Text | None = None
    columns: Named[Column] = ()
    dimensions: Annotated[tuple[Dimension, ...], Opened(readers.dimensions)] = ()
    links: Named[Link] = ()
    open: OpenInterval | None = None
    snapshot: Snapshot | None = None
    checks: Several[Check] = ()
    label: Localized | None = None
    description: Localized | None = None


TargetKind = Literal["target", "limit", "projection"]


@dataclass(frozen=True, slots=True)
class Target(Declared):
    """A target: a number, a formula over metrics, or rows of one kind of the targets table."""

    value: int | float | None = None
    formula: Formula | None = None
    table: bool = False
    kind: TargetKind = "target"
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class StatusBands(Declared):
    """How far on the bad side of the target is still on track (`watch`) and still watch (`bad`).

    Shares of the target (`0.05` for 5 %), or conditions on the value itself (`<= 40`).
    """

    watch: float | None = None
    bad: float | None = None
    good_when: Text | None = None
    watch_when: Text | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Alternative(Declared):
    """Another formula for a metric, in force where the book's `choose` names it."""

    name: Text = field(metadata=ITS_NAME)
    formula: Formula


@dataclass(frozen=True, slots=True)
class Benchmark(Declared):
    """What others reach, and where that was read."""

    value: Quantity
    where: Localized | None = None
    source: Text | None = None
    date: Text | None = None


@dataclass(frozen=True, slots=True)
class Deprecation(Declared):
    """A metric on its way out: what to use instead, since when."""

    use: Text | None = None
    since: Text | None = None


Better = Literal["higher", "lower", "neutral"]


@dataclass(frozen=True, slots=True)
class Metric(Declared):
    """A metric as declared."""

    name: Text = field(metadata=ITS_NAME)
    formula: Formula | None = None
    label: Localized | None = None
    short: Localized | None = None
    description: Localized | None = None
    unit: Text | None = None
    decimals: Whole | None = None
    better: Annotated[Better | tuple[float, float], Leaf(readers.better)] | None = None
    target: Target | None = None
    status: StatusBands | None = None
    neutral: Share | None = None
    min_sample: Whole | None = None
    role: Text | None = None
    owner: Text | None = None
    tags: OneOrMore[Text] = ()
    category: Text | None = None
    measures: Word[Literal["flow", "stock", "cohort", "period_pair"]] | None = None
    vanity: Annotated[bool | Localized, Leaf(readers.flag_or_reason)] | None = None
    allocate: Word[Literal["none"]] | None = None
    advice: Localized | None = None
    alternatives: Named[Alternative] = ()
    benchmarks: Several[Benchmark] = ()
    pair_with: OneOrMore[Text] = ()
    segment_by: OneOrMore[Text] = ()
    deprecated: Deprecation | None = None


@dataclass(frozen=True, slots=True)
class FunnelStage(Declared):
    """One stage of a funnel; its label is the metric's unless it has its own.

    `time` names a metric: how long entries stay in the stage.
    """

    metric: Text
    label: Localized | None = None
    time: Text | None = None


@dataclass(frozen=True, slots=True)
class Funnel(Declared):
    """Stages from the widest to the narrowest."""

    name: Text = field(metadata=ITS_NAME)
    stages: Several[FunnelStage]
    label: Localized | None = None


@dataclass(frozen=True, slots=True)
class TilesSection(Declared):
    """A titled group of tiles."""

    title: Localized | None = field(metadata=OPTIONAL)
    tiles: OneOrMore[Text]


@dataclass(frozen=True, slots=True)
class TrendSection(Declared):
    """One metric over several periods, as a line, or as small multiples over members."""

    title: Localized | None = field(metadata=OPTIONAL)
    trend: Text
    last: Text | None = None
    by: Text | None = None


@dataclass(frozen=True, slots=True)
class FunnelSection(Declared):
    """A funnel as a table, in total or per member."""

    title: Localized | None = field(metadata=OPTIONAL)
    funnel: Text
    by: Text | None = None


@dataclass(frozen=True, slots=True)
class TableSection(Declared):
    """Metrics by the members of a dimension."""

    title: Localized | None = field(metadata=OPTIONAL)
    table: OneOrMore[Text]
    by: Text
    sort: Text | None = None
    top: Whole | None = None
    rest: Flag = False
    total: Flag = True


@dataclass(frozen=True, slots=True)
class TextSection(Declared):
    """Prose in Markdown."""

    title: Localized | None = field(metadata=OPTIONAL)
    text: Localized


Section = TilesSection | TrendSection | FunnelSection | TableSection | TextSection


@dataclass(frozen=True, slots=True)
class Scorecard(Declared):
    """A page as declared."""

    name: Text = field(metadata=ITS_NAME)
    title: Localized | None = field(metadata=OPTIONAL)
    sections: Several[Annotated[Section, ByKey()]]
    period: Text | None = None
    compare: OneOrMore[Word[Literal["previous", "year_ago"]]] = ("previous", "year_ago")
    where: Formula | None = None
    for_each: Text | None = None
    audience: Text | None = None


@dataclass(frozen=True, slots=True)
class Group(Declared):
    """A dimension made of the members of another (`of`); members in no group keep their name.

    `labels` is what the groups are called on pages, under the key `members`.
    """

    name: Text = field(metadata=ITS_NAME)
    of: Text
    members: tuple[tuple[Text, tuple[str, ...]], ...] = ()
    label: Localized | None = None
    labels: tuple[DimensionMember, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope(Declared):
    """A condition with a name, for `where`."""

    name: Text = field(metadata=ITS_NAME)
    condition: Formula


@dataclass(frozen=True, slots=True)
class ScoreRule(Declared):
    """Points for every row on which a condition is true."""

    when: Formula
    points: Number


@dataclass(frozen=True, slots=True)
class ScorePart:
    """The rules of one part of a score; their points add up."""

    name: Text
    rules: tuple[ScoreRule, ...]


@dataclass(frozen=True, slots=True)
class Score(Declared):
    """Columns of a source: the points of each part, and their sum. `leads` if `of` is not said."""

    name: Text
    of: Text | None = None
    parts: tuple[ScorePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution(Declared):
    """How the credit for a conversion is shared over the visits that led to it."""

    model: Text


@dataclass(frozen=True, slots=True)
class Annotation(Declared):
    """Something that happened on a day, to be shown on the charts of some metrics, or of all."""

    date: Day
    text: Localized
    metrics: OneOrMore[Text] = ()


@dataclass(frozen=True, slots=True)
class MetricTestQuery(Declared):
    """What a test asks: the range of days `from_` to `to`, both in it."""

    grain: Text | None = None
    from_: Day | None = field(metadata=key("from"), default=None)
    to: Day | None = None
    by: OneOrMore[Text] = ()
    where: Formula | None = None
    as_of: Instant | None = None
    set: Annotated[tuple[tuple[Text, int | float | str | bool], ...], Leaf(readers.parameters)] = ()


@dataclass(frozen=True, slots=True)
class MetricTest(Declared):
    """Rows by source, a question, and the rows of the answer: values by metric or dimension."""

    name: Text
    given: Annotated[tuple[tuple[Text, tuple[Row, ...]], ...], Leaf(readers.given)]
    expect: Annotated[tuple[Row, ...], Leaf(readers.rows)]
    query: MetricTestQuery | None = None


@dataclass(frozen=True, slots=True)
class Rates(Declared):
    """Where exchange rates are: a source's name or a file (`rates` if not said), and its columns.

    `to_base` is what one unit of `currency` is worth in the book's currency from `date` on; without
    a `date` it is so on every day.
    """

    currency: Text
    to_base: Text
    from_: Text | None = field(metadata=key("from"), default=None)
    date: Text | None = None


@dataclass(frozen=True, slots=True)
class Targets(Declared):
    """Where the table of targets is: a file."""

    from_: Text = field(metadata=key("from"))


@dataclass(frozen=True, slots=True)
class Theme(Declared):
    """Colours of the pages as `#rrggbb`, on light grounds and on dark ones."""

    accent: Text | None = None
    accent_dark: Text | None = None
    link: Text | None = None
    link_dark: Text | None = None


@dataclass(frozen=True, slots=True)
class CalendarTable(Declared):
    """A calendar of the book's own in a CSV file. `period` names its labels' column, and the grain.

    `start` and `end` are columns of dates.
    """

    from_: Text = field(metadata=key("from"))
    period: Text
    start: Text
    end: Text


@dataclass(frozen=True, slots=True)
class Settings(Declared):
    """The book-wide keys of `tallybook.yml`."""

    name: Localized | None = None
    data: Text | None = None
    timezone: Text | None = None
    week_starts: Text | None = None
    fiscal_year_starts: Text | None = None
    fiscal_year_named: Word[Literal["start", "end"]] | None = None
    currency: Text | None = None
    locale: Text | None = None
    as_of: Instant | None = None
    thresholds: StatusBands | None = None
    parameters: Annotated[
        tuple[tuple[Text, int | float | str | bool], ...], Leaf(readers.parameters)
    ] = ()
    library: OneOrMore[Text] = ()
    locales: OneOrMore[Text] = ()
    choose: Annotated[tuple[tuple[Text, Text], ...], Leaf(readers.choices)] = ()
    digits: Word[Literal["latn", "arab"]] | None = None
    rates: Rates | None = None
    targets: Targets | None = None
    calendar: CalendarTable | None = None
    attribution: Attribution | None = None
    theme: Theme | None = None


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that the files of one book, or of one library, declare; duplicates already refused."""

    root: Path
    settings: Settings
    sources: tuple[Source, ...]
    metrics: tuple[Metric, ...]
    funnels: tuple[Funnel, ...]
    scorecards: tuple[Scorecard, ...]
    groups: tuple[Group, ...] = ()
    scopes: tuple[Scope, ...] = ()
    scoring: tuple[Score, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    tests: tuple[MetricTest, ...] = ()
    said_formulas: frozenset[str] = frozenset()  # metrics that say one, be it misread
    untouched: frozenset[str] = frozenset()  # sources of a library that the book says nothing of
    inherited: frozenset[tuple[str, str]] = frozenset()  # (source, column) of a library alone
