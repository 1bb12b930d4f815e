"""What a book declares, as written: typed fields, no name looked up yet.

`None` means "not said", so that a book can override single fields of a library's definition.
Formulas and conditions stay places in their file (`Formula`), to be parsed where they lie.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal
    from pathlib import Path

    from tallybook.text.span import Span


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its place: a name that may turn out to be unknown, a path that may not be there."""

    value: str
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula or condition: the span holds its text verbatim."""

    span: Span

    @property
    def text(self) -> str:
        """The formula as written."""
        return self.span.text


@dataclass(frozen=True, slots=True)
class Localized:
    """A text in one or more languages; `default` is the one for every locale not listed."""

    default: str
    by_locale: tuple[tuple[str, str], ...] = ()

    def text(self, locale: str) -> str:
        """The text for a locale, else for its language, else the default."""
        known = dict(self.by_locale)
        return known.get(locale) or known.get(locale.split("-", 1)[0]) or self.default


ColumnKind = Literal["string", "boolean", "integer", "float", "decimal", "date", "datetime"]
Grain = Literal["day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"]


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A column's type; `precision` and `scale` only for decimals."""

    kind: ColumnKind
    precision: int = 28
    scale: int = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the book names it, and how to get it from the file."""

    name: Text
    type: ColumnType | None = None
    from_: Text | None = None
    unit: Text | None = None
    formula: Formula | None = None
    clean: tuple[Text, ...] = ()
    map: tuple[tuple[str, str | None], ...] = ()
    nulls: tuple[str, ...] = ()
    dates: Text | None = None
    label: Localized | None = None


@dataclass(frozen=True, slots=True)
class Bands:
    """A number cut into ranges: `at: [0, 1000]` gives below 0, 0 to 1000, 1000 and more."""

    of: Formula
    at: tuple[int | float, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """A name to break down and filter by; `of` is the row expression behind it."""

    name: Text
    of: Formula | None = None
    bands: Bands | None = None
    label: Localized | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Many rows of this source to one row of another. `to_key` is that source's key if not said."""

    name: Text
    to: Text
    on: tuple[Text, ...]
    to_key: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """The columns between which a row is open, for stocks."""

    from_: Text
    to: Text


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows are balances: the last one before an instant, per key, holds until the next."""

    per: tuple[Text, ...]
    expires: Text | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a source's files where they are not plain UTF-8 CSV with dots in numbers."""

    separator: Text | None = None
    decimal_comma: bool | None = None
    thousands: Text | None = None
    nulls: tuple[str, ...] | None = None
    encoding: Text | None = None
    dates: Text | None = None
    sheet: Text | None = None
    skip_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of a source's `checks`."""

    kind: Literal["unique", "not_null", "accepted", "condition"]
    columns: tuple[Text, ...] = ()
    values: tuple[str, ...] = ()
    condition: Formula | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A table as declared."""

    name: Text
    paths: tuple[Text, ...] = ()
    sql: Text | None = None
    read: ReadOptions | None = None
    key: tuple[Text, ...] = ()
    time: Text | None = None
    timezone: Text | None = None
    fresh_within: Text | None = None
    columns: tuple[Column, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    links: tuple[Link, ...] = ()
    open: OpenInterval | None = None
    snapshot: Snapshot | None = None
    checks: tuple[Check, ...] = ()
    label: Localized | None = None
    description: Localized | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target: a number, a formula over metrics, or rows of the targets table."""

    value: int | float | None = None
    formula: Formula | None = None
    table: bool = False


@dataclass(frozen=True, slots=True)
class StatusBands:
    """How far on the bad side of the target is still on track (`watch`) and still watch (`bad`).

    Shares of the target (`0.05` for 5 %), or conditions on the value itself (`<= 40`).
    """

    watch: float | None = None
    bad: float | None = None
    good_when: Text | None = None
    watch_when: Text | None = None
    span: Span | None = field(default=None, compare=False)


Better = Literal["higher", "lower", "neutral"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as declared."""

    name: Text
    formula: Formula | None = None
    label: Localized | None = None
    short: Localized | None = None
    description: Localized | None = None
    unit: Text | None = None
    decimals: int | None = None
    better: Better | tuple[float, float] | None = None
    target: Target | None = None
    status: StatusBands | None = None
    neutral: float | None = None
    min_sample: int | None = None
    role: Text | None = None
    owner: Text | None = None
    tags: tuple[Text, ...] = ()
    category: Text | None = None
    measures: Literal["flow", "stock", "cohort", "period_pair"] | None = None
    vanity: bool | str | None = None
    allocate: Literal["none"] | None = None
    advice: Localized | None = None


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage of a funnel; its label is the metric's unless it has its own."""

    metric: Text
    label: Localized | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Stages from the widest to the narrowest."""

    name: Text
    stages: tuple[FunnelStage, ...]
    label: Localized | None = None


@dataclass(frozen=True, slots=True)
class TilesSection:
    """A titled group of tiles."""

    title: Localized | None
    tiles: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class TrendSection:
    """One metric over several periods, as a line, or as small multiples over members."""

    title: Localized | None
    trend: Text
    last: Text | None = None
    by: Text | None = None


@dataclass(frozen=True, slots=True)
class FunnelSection:
    """A funnel as a table, in total or per member."""

    title: Localized | None
    funnel: Text
    by: Text | None = None


@dataclass(frozen=True, slots=True)
class TableSection:
    """Metrics by the members of a dimension."""

    title: Localized | None
    table: tuple[Text, ...]
    by: Text
    sort: Text | None = None
    top: int | None = None
    rest: bool = False
    total: bool = True


@dataclass(frozen=True, slots=True)
class TextSection:
    """Prose in Markdown."""

    title: Localized | None
    text: Localized


Section = TilesSection | TrendSection | FunnelSection | TableSection | TextSection


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A page as declared."""

    name: Text
    title: Localized | None
    sections: tuple[Section, ...]
    period: Text | None = None
    compare: tuple[Literal["previous", "year_ago"], ...] = ("previous", "year_ago")
    where: Formula | None = None
    audience: Text | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The book-wide keys of `tallybook.yml`."""

    name: Localized | None = None
    data: Text | None = None
    timezone: Text | None = None
    week_starts: Text | None = None
    fiscal_year_starts: Text | None = None
    fiscal_year_named: Literal["start", "end"] | None = None
    currency: Text | None = None
    locale: Text | None = None
    as_of: dt.date | dt.datetime | None = None
    thresholds: StatusBands | None = None
    parameters: tuple[tuple[Text, int | float | Decimal | str | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that the files of one book, or of one library, declare; duplicates already refused."""

    root: Path
    settings: Settings
    sources: tuple[Source, ...]
    metrics: tuple[Metric, ...]
    funnels: tuple[Funnel, ...]
    scorecards: tuple[Scorecard, ...]
