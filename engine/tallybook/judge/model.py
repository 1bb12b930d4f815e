"""A judged scorecard: everything a page says, as numbers, dates and texts by language.

Percent metrics are fractions (0.12 for 12 %). `None` is "no data". No string here is formatted.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from tallybook.declare.model import Benchmark, Localized

Number = int | float
Member = str | int | float | bool | dt.date | None


class Status(Enum):
    """What a reader is told first about a metric."""

    ON_TRACK = "on_track"
    WATCH = "watch"
    OFF_TRACK = "off_track"
    NO_DATA = "no_data"
    NO_TARGET = "no_target"
    TOO_FEW = "too_few"
    MATURING = "maturing"


class Verdict(Enum):
    """Whether a change is good news."""

    BETTER = "better"
    WORSE = "worse"
    NO_CHANGE = "no_change"
    NEUTRAL = "neutral"  # the metric has no good direction
    UNKNOWN = "unknown"  # one of the two values is missing


@dataclass(frozen=True, slots=True)
class Period:
    """A period as shown. `start` is in it, `end` is the first day after it; both local days.

    `label` is the machine's (`2024-05`, `2024-Q2`); `partial` when `as_of` cuts it short.
    `grain` is None for a free range of days.
    """

    label: str
    grain: str | None
    start: dt.date
    end: dt.date
    partial: bool = False


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """How a number is to be read: `kind` decides the format, `per` and `noun` are words after it.

    `currency` holds the code for money. `percent` and `ratio` are fractions.
    """

    kind: Literal["number", "count", "money", "percent", "ratio", "duration", "score", "custom"]
    currency: str | None = None
    duration: Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"] | None = (
        None
    )
    noun: str | None = None  # `leads` in `count of leads`; the name of a custom unit
    per: str | None = None  # `lead` in `EUR per lead`


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What a page says about a metric apart from its values. `name` is its id in the book."""

    name: str
    label: Localized
    short: Localized | None
    unit: UnitInfo
    decimals: int | None
    better: Literal["higher", "lower", "neutral", "range"]


@dataclass(frozen=True, slots=True)
class Change:
    """The value against an earlier period's.

    `difference` is value - then, in the metric's unit (for percent metrics: a difference of
    fractions, to be shown in points). `ratio` is difference / |then|, None where `then` is 0.
    """

    kind: Literal["previous", "year_ago"]
    period: Period
    then: Number | None
    difference: Number | None
    ratio: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series."""

    period: Period
    value: Number | None


@dataclass(frozen=True, slots=True)
class BulletScale:
    """The bullet graph of a tile, in the metric's unit, axis from `low` to `high`.

    `watch_from` and `bad_from` are the values at which the watch and the bad band begin, seen from
    the good side (for `better: higher` they lie below the target).
    """

    low: float
    high: float
    watch_from: float
    bad_from: float


@dataclass(frozen=True, slots=True)
class Tile:
    """One KPI of the page."""

    metric: MetricInfo
    value: Number | None
    status: Status
    target: Number | None
    target_distance: float | None  # (value - target) / |target|; None where either is missing or 0
    target_range: tuple[float, float] | None  # for `better: [low, high]`
    scale: BulletScale | None
    changes: tuple[Change, ...]
    series: tuple[Point, ...]  # oldest first, the last one is the page's period
    advice: Localized | None  # only where the target is missed
    sample: int | None = None  # the n behind a TOO_FEW
    status_before: Status | None = None  # in the period before, judged by today's rules
    vanity: Localized | None = None  # why it is shown small and last; empty without a reason
    target_whole: Number | None = None  # the whole period's, where `target` is what is due so far


@dataclass(frozen=True, slots=True)
class TileGroup:
    """Tiles under one title."""

    title: Localized | None
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A series; `member` is the dimension's member where the trend is split."""

    member: Member
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of numbers: from `low` to just below `high`, without end where one is None."""

    low: Number | None
    high: Number | None


@dataclass(frozen=True, slots=True)
class MemberLabel:
    """What a member is called."""

    member: Member
    label: Localized | Bounds


@dataclass(frozen=True, slots=True)
class DimensionInfo:
    """A dimension as shown, with the labels of those of its shown members that have one."""

    name: str
    label: Localized
    members: tuple[MemberLabel, ...] = ()

    def called(self, member: Member) -> Localized | Bounds | None:
        """The label of a member; None where it is shown as it is."""
        return next((m.label for m in self.members if m.member == member), None)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day, as the book tells it."""

    date: dt.date
    text: Localized


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric over time. Without `dimension` there is one line, its member None."""

    title: Localized | None
    metric: MetricInfo
    dimension: DimensionInfo | None
    target: Number | None
    lines: tuple[TrendLine, ...]
    events: tuple[Event, ...] = ()  # in the time shown, oldest first


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """One stage: its volume, as a share of the stage before, as a share of the first stage."""

    metric: MetricInfo
    label: Localized
    value: Number | None
    step: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class FunnelPart:
    """The stages of one member, or of everything (`is_total`)."""

    member: Member
    is_total: bool
    rows: tuple[FunnelRow, ...]


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """A funnel; parts beyond the total only where it is broken down."""

    title: Localized | None
    name: str
    label: Localized | None
    dimension: DimensionInfo | None
    parts: tuple[FunnelPart, ...]


@dataclass(frozen=True, slots=True)
class BreakdownCell:
    """One metric of one member. `share` is value / total for metrics that add up, else None.

    `series` is the member's recent periods, oldest first, for a small line.
    """

    value: Number | None
    share: float | None
    series: tuple[Point, ...]
    target: Number | None = None  # the member's own, from the table of targets
    status: Status | None = None  # only where there is such a target


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """A member, all others together (`rest`), or everything (`total`); recomputed, never added."""

    kind: Literal["member", "rest", "total"]
    member: Member
    cells: tuple[BreakdownCell, ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Metrics (columns) by the members of a dimension (rows), in the order to show."""

    title: Localized | None
    dimension: DimensionInfo
    metrics: tuple[MetricInfo, ...]
    rows: tuple[BreakdownRow, ...]
    sorted_by: str | None  # a metric's name
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """Prose of the book, Markdown as written."""

    title: Localized | None
    text: Localized


Section = TileGroup | Trend | FunnelChart | Breakdown | Note


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A source behind a metric: rows read for this page, and the newest time among them."""

    name: str
    label: Localized
    rows: int
    newest: dt.datetime | dt.date | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a number comes from. `expanded` is the formula with other metrics written out."""

    metric: MetricInfo
    description: Localized | None
    formula: str
    expanded: str | None
    target: Number | None
    owner: str | None
    tags: tuple[str, ...]
    place: str  # file:line in the book
    sources: tuple[SourceUse, ...]
    series: tuple[Point, ...]
    fingerprint: str = ""  # another one where the metric's values are defined otherwise
    changed: dt.date | None = None  # when it became what it is, as far as earlier pages tell
    benchmarks: tuple[Benchmark, ...] = ()  # what others reach, for reference


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as shown."""

    name: str
    label: Localized


@dataclass(frozen=True, slots=True)
class Gap:
    """How many rows lack something: a value in a dimension, or the row that a link names."""

    of: DimensionInfo
    rows: int


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in whole units."""

    amount: int
    unit: Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]


@dataclass(frozen=True, slots=True)
class Restatement:
    """A metric of which an earlier page showed other values: the newest, and how many more."""

    metric: MetricInfo
    period: Period
    before: Number | None
    after: Number | None
    more: int


@dataclass(frozen=True, slots=True)
class DataWarning:
    """Something about the data that a reader must know. `kind` selects the sentence.

    `not_given`: of the `of_rows` rows of a source, some have no value in a dimension (`gaps`).
    `unlinked`: of the `of_rows` rows of a source, some name a key that a link does not find.
    `twice`, `never`: times that the clocks of their zone show twice, or never, by column (`gaps`).
    `stale`: the newest row of a source is `age` old (None: there is no row), the limit is `limit`.
    `unavailable`: `metrics` are not on the page, or not by `dimension`, for lack of `sources`.
    `partial`: the page's period ends after `as_of`.
    `redefined`: pages up to the day `since` showed `metrics` by another definition.
    `restated`: earlier pages showed other values of periods that were over (`restatements`).
    """

    kind: Literal[
        "not_given",
        "unlinked",
        "twice",
        "never",
        "stale",
        "partial",
        "unavailable",
        "redefined",
        "restated",
    ]
    sources: tuple[SourceInfo, ...] = ()
    gaps: tuple[Gap, ...] = ()
    of_rows: int | None = None
    age: Length | None = None
    limit: Length | None = None
    metrics: tuple[MetricInfo, ...] = ()
    dimension: DimensionInfo | None = None
    since: dt.date | None = None
    restatements: tuple[Restatement, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One member of a dimension, where a page is of its rows only."""

    dimension: DimensionInfo
    member: Member


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A page, judged. Clock and versions are handed in: the same input gives the same page."""

    name: str
    title: Localized
    book: Localized
    period: Period
    as_of: dt.datetime
    data_as_of: dt.date | None  # the newest day among the sources used
    generated_at: dt.datetime | None
    timezone: str
    locale: str
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...]
    warnings: tuple[DataWarning, ...]
    attention: tuple[str, ...]  # metrics that need a look, worst first, by name
    version: str
    revision: str | None
    condition: str | None = None  # what all rows of the page meet, as written
    part: Part | None = None


def headlines(sections: tuple[Section, ...]) -> tuple[Tile, ...]:
    """The tiles that a page is about: each metric once, and none that is vanity."""
    tiles: dict[str, Tile] = {}
    for section in sections:
        for tile in section.tiles if isinstance(section, TileGroup) else ():
            if tile.vanity is None:
                tiles.setdefault(tile.metric.name, tile)
    return tuple(tiles.values())
