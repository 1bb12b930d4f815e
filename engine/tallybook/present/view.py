"""A page as its reader gets it: every string, in one locale, in the order of the page.

Templates read these attributes and print them. A `Figure` is shown as `text`; `full` is the same
number unshortened and `raw` the number itself for programs, empty where there is no data. Charts
are coordinates (see `charts`). Nothing here is escaped: each format does that in its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from tallybook.present.charts import Band, Bullet, Line
    from tallybook.present.prose import Block
    from tallybook.resolve.theme import Theme

Tone = Literal["good", "watch", "bad", "none"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and what to read it from."""

    text: str
    full: str
    raw: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A status: `key` is its name in the catalogue and its icon's, `tone` its colour."""

    key: str
    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A relative address and its text. `lang` where the text is in another language."""

    text: str
    href: str
    lang: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value. `kind` says how to set the value; `datetime` is for programs."""

    label: str
    text: str
    kind: Literal["text", "code", "time"] = "text"
    datetime: str = ""


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many tiles have a status."""

    chip: Chip
    count: str


@dataclass(frozen=True, slots=True)
class Attention:
    """A metric that needs a look, and why."""

    name: str
    href: str
    chip: Chip
    value: Figure
    target: str
    target_full: str
    distance: str
    advice: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A metric whose status is another one than in the period before."""

    name: str
    href: str
    after: Chip
    text: str  # both statuses in words


@dataclass(frozen=True, slots=True)
class Summary:
    """The first thing on the page."""

    counts: tuple[StatusCount, ...]
    attention: tuple[Attention, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """A change against an earlier period."""

    direction: Literal["up", "down", "flat"]
    size: Figure
    against: str
    verdict: str
    tone: Literal["better", "worse", "same"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One KPI. `target` and `distance` are empty where there is none."""

    id: str
    name: str
    href: str
    value: Figure
    chip: Chip
    target: str
    target_full: str
    distance: str
    bullet: Bullet | None
    deltas: tuple[Delta, ...]
    spark: Line | None
    first_label: str
    last_label: str
    advice: str
    aside: str  # that it is vanity, and why; else empty


@dataclass(frozen=True, slots=True)
class Tiles:
    """A group of tiles."""

    id: str
    title: str
    tiles: tuple[Tile, ...]
    asides: tuple[Tile, ...]  # what is vanity: small, after the others
    legend: str  # how to read the charts, under the last group; else empty
    kind: Literal["tiles"] = "tiles"


@dataclass(frozen=True, slots=True)
class GridLine:
    """A horizontal line of a chart, and what it stands for."""

    label: str
    y: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One line of a trend."""

    name: str
    latest: Figure
    line: Line


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, and where on the axis of time."""

    day: str
    datetime: str
    text: str
    x: str


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric over time: one large panel, or a small one per member on the same scale.

    `backdrop` holds all lines as one path, to stand behind each small panel.
    """

    id: str
    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    grid: tuple[GridLine, ...]  # top first
    backdrop: str
    labels: tuple[str, ...]  # first, middle and last period
    target: str
    height: str
    table: Table
    events: tuple[Event, ...]
    kind: Literal["trend"] = "trend"


@dataclass(frozen=True, slots=True)
class Table:
    """Values by period, the accessible twin of a chart; a row per period, newest first.

    A `wide` table has more columns than a telephone is wide.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A period and its values."""

    name: str
    values: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage; the bar is the share of the stage before that came on."""

    name: str
    href: str
    value: Figure
    step: str
    share: str
    bar: Band | None


@dataclass(frozen=True, slots=True)
class FunnelMember:
    """The stages of one member."""

    name: str
    stages: tuple[FunnelStage, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """A funnel in total, then by member where it is broken down."""

    id: str
    title: str
    share_of: str
    stages: tuple[FunnelStage, ...]
    dimension: str
    members: tuple[FunnelMember, ...]
    kind: Literal["funnel"] = "funnel"


@dataclass(frozen=True, slots=True)
class Column:
    """A metric as a column. `sort` is what `aria-sort` says, empty where not sorted by it."""

    name: str
    title: str
    sort: str
    has_share: bool
    has_line: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a breakdown."""

    value: Figure
    share: str
    line: Line | None
    has_share: bool
    has_line: bool
    chip: Chip | None  # where the member has a target of its own
    target: str


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """A member, the rest or the total. `raw` is what the row's name sorts by."""

    kind: Literal["member", "rest", "total"]
    name: str
    raw: str
    is_null: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Metrics by member."""

    id: str
    title: str
    dimension: str
    columns: tuple[Column, ...]
    members: tuple[BreakdownRow, ...]
    closing: tuple[BreakdownRow, ...]  # the rest and the total
    kind: Literal["breakdown"] = "breakdown"


@dataclass(frozen=True, slots=True)
class Note:
    """Prose."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    kind: Literal["note"] = "note"


Section = Tiles | Trend | Funnel | Breakdown | Note


@dataclass(frozen=True, slots=True)
class Source:
    """A table that the page's numbers come from."""

    id: str
    name: str
    rows: str
    newest: str
    newest_raw: str
    files: str


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a number comes from."""

    id: str
    name: str
    metric: str
    description: tuple[Block, ...]
    facts: tuple[Fact, ...]
    sources: tuple[Link, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of a page; each is the message `page.<its name>` of the catalogue."""

    skip: str
    languages: str
    pages: str
    parts: str
    index: str
    previous: str
    next: str
    summary: str
    attention: str
    turned: str
    warnings: str
    metric: str
    value: str
    status: str
    target: str
    changes: str
    stage: str
    step: str
    share: str
    values_by_period: str
    period: str
    definitions: str
    definitions_hint: str
    sources: str
    source: str
    rows: str
    newest: str
    files: str
    more: str
    downloads: str


@dataclass(frozen=True, slots=True)
class View:
    """One page in one locale."""

    lang: str
    direction: Literal["ltr", "rtl"]
    document_title: str
    book: str
    title: str
    period: str
    period_note: str  # says that the period is not over; else empty
    facts: tuple[Fact, ...]  # data as of, generated, which rows only
    languages: tuple[Link, ...]
    index: Link | None
    previous: Link | None
    next: Link | None
    parts: tuple[Link, ...]  # the pages of single members and of all
    summary: Summary
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    ranking: tuple[Tile, ...]  # every metric's tile once, worst first
    definitions: tuple[Definition, ...]
    sources: tuple[Source, ...]
    downloads: tuple[Link, ...]
    colophon: tuple[Fact, ...]
    words: Words
    theme: Theme


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One scorecard in one period, and its pages in several languages."""

    title: str
    period: str
    href: str
    counts: tuple[StatusCount, ...]
    languages: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A list of pages."""

    lang: str
    direction: Literal["ltr", "rtl"]
    title: str
    rows: tuple[IndexRow, ...]
    scorecard: str
    period: str
    status: str
    languages: str
    theme: Theme
