"""What earlier pages said: since when a metric is defined as it is, and which values were others.

A record is kept of every value that nothing but the data can change any more: of periods that are
over, of metrics whose rows have had their time. Records later than the page's `as_of` are not known
to it. A page looks the same again once its own records are kept.
"""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING
from unicodedata import category

from tallybook.dataclass import dataclass
from tallybook.judge.cells import shown_period
from tallybook.judge.fingerprint import fingerprint
from tallybook.judge.freshness import columns_of, stale_sources
from tallybook.judge.maturity import maturing
from tallybook.judge.questions import SERIES_KEY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from tallybook.calendar.model import Period
    from tallybook.judge import model
    from tallybook.judge.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Record:
    """One value of a page. `part` is empty, or the dimension and the member that the page is of."""

    as_of: dt.date
    scorecard: str
    part: str
    metric: str
    period: str
    value: model.Number | None
    definition: str


class Past:
    """Records in the order in which they were kept."""

    __slots__ = ("_by_metric",)

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._by_metric: dict[tuple[str, str, str], list[Record]] = {}
        for record in records:
            key = (record.scorecard, record.part, record.metric)
            self._by_metric.setdefault(key, []).append(record)

    def of(self, scorecard: str, part: str, metric: str, until: dt.date) -> list[Record]:
        """What was kept of a metric on a page, up to a day."""
        known = self._by_metric.get((scorecard, part, metric), [])
        return [r for r in known if r.as_of <= until]


@dataclass(frozen=True, slots=True)
class Restated:
    """A period's value is another than a page showed before, by the same definition."""

    period: Period
    before: model.Number | None
    after: model.Number | None


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to a metric.

    `changed` is the day of the first page by the present definition, `since` that of the last page
    by another one; both None where no other is known. `restated` is the newest first. `fresh` are
    the records to keep.
    """

    definition: str
    changed: dt.date | None
    since: dt.date | None
    restated: tuple[Restated, ...]
    fresh: tuple[Record, ...]


def stories(evidence: Evidence) -> dict[str, Story]:
    """What happened to every metric of a page."""
    stale = stale_sources(evidence.facts, evidence.checked, evidence.now)
    old = columns_of(evidence.asked.metrics, stale, evidence.checked)
    return {name: _story(name, evidence, is_old=name in old) for name in evidence.asked.metrics}


def recent(day: dt.date | None, evidence: Evidence) -> bool:
    """Whether a reader of the page should know: it is of its period, or later."""
    start = evidence.asked.around.period.start
    return day is not None and start is not None and day >= start.date()


def _story(name: str, evidence: Evidence, *, is_old: bool) -> Story:
    today = evidence.now.date()
    card, part = evidence.card.name.value, part_text(evidence.part)
    known = evidence.past.of(card, part, name, today)
    runs = [list(run) for _, run in groupby(known, key=lambda r: r.definition)]
    mark = fingerprint(name, evidence)
    same = runs.pop() if runs and runs[-1][-1].definition == mark else []
    kept: dict[str, list[Record]] = {}
    for record in same:
        kept.setdefault(record.period, []).append(record)
    restated, fresh = [], []
    for period, value in _settled(name, evidence, is_old=is_old):
        label = shown_period(period).label
        now = Record(today, card, part, name, label, value, mark)
        steps = _steps([*kept.get(label, []), now])
        if not kept.get(label) or steps[-1] is now:
            fresh.append(now)
        if len(steps) > 1 and recent(steps[-1].as_of, evidence):
            restated.append(Restated(period, steps[-2].value, value))
    return Story(
        mark,
        changed=(same[0].as_of if same else today) if runs else None,
        since=runs[-1][-1].as_of if runs else None,
        restated=tuple(reversed(restated)),
        fresh=tuple(fresh),
    )


def _settled(
    name: str, evidence: Evidence, *, is_old: bool
) -> Iterator[tuple[Period, model.Number | None]]:
    """The periods of a metric that can change by a change of the data only, and their values."""
    found = evidence.cells[SERIES_KEY]
    metric = evidence.checked.metrics[name]
    last = len(found.periods) - 1
    for number, period in enumerate(found.periods):
        hidden = is_old and number == last
        if not (period.partial or hidden or maturing(metric, period, evidence.now)):
            yield period, found.value(name, number)


def _steps(records: Iterable[Record]) -> list[Record]:
    """The records at which the value became another one, the first included."""
    steps: list[Record] = []
    for record in records:
        if not steps or not _alike(steps[-1].value, record.value):
            steps.append(record)
    return steps


def _alike(one: model.Number | None, other: model.Number | None) -> bool:
    """The same but for the order in which a sum's floats were added."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def part_text(part: model.Part | None) -> str:
    """A page's part as records name it: on one line, without characters that do something."""
    if part is None:
        return ""
    member = "" if part.member is None else str(part.member)
    text = " ".join(f"{part.dimension.name}: {member}".split())
    return "".join(c for c in text if category(c)[0] != "C")


def fresh_records(told: Mapping[str, Story]) -> tuple[Record, ...]:
    """The records of a page that are not kept yet."""
    return tuple(record for story in told.values() for record in story.fresh)
