"""Sources that are older than they may be. A number made of one is no number: it is "no data"."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tallybook.calendar import periods as calendar
from tallybook.check.sources import tables_read
from tallybook.judge.describe import source_info
from tallybook.judge.model import DataWarning, Length
from tallybook.judge.questions import sample_of, target_of
from tallybook.language.types import Type
from tallybook.parse.lengths import read_length

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tallybook.check.model import Checked
    from tallybook.compute.facts import SourceFacts
    from tallybook.language import ir
    from tallybook.parse.syntax import Duration

_HOURS_IN = 3600


def stale_sources(
    facts: Mapping[str, SourceFacts], checked: Checked, now: dt.datetime
) -> dict[str, DataWarning]:
    """The sources that are too old at `now`, on the book's wall clock."""
    return {
        source: warning
        for source, found in facts.items()
        if (warning := _stale(source, found.newest, checked, now)) is not None
    }


def _stale(
    source: str, newest: dt.datetime | None, checked: Checked, now: dt.datetime
) -> DataWarning | None:
    table = checked.tables[source].table
    said = table.declared.fresh_within
    limit = read_length(said.value) if said else None
    if limit is None or table.time is None:
        return None
    age = None
    if newest is not None:
        # A day is new until it ends: what was written on it need not have been there before.
        whole_day = table.columns[table.time].type is Type.DATE
        seen = newest + calendar.DAY if whole_day else newest
        if now <= calendar.add(seen, limit):
            return None
        age = _age(now - seen, limit)
    return DataWarning("stale", (source_info(source, checked),), age=age, limit=_shown(limit))


def _age(age: dt.timedelta, limit: Duration) -> Length:
    if limit.unit in ("second", "minute", "hour"):
        return Length(int(age.total_seconds()) // _HOURS_IN, "hours")
    return Length(age.days, "days")


def _shown(limit: Duration) -> Length:
    if limit.unit == "quarter":
        return Length(3 * limit.amount, "months")
    return Length(limit.amount, cast("_Unit", f"{limit.unit}s"))


if TYPE_CHECKING:
    from typing import Literal

    _Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]


def watched(cell: ir.Cell, checked: Checked) -> frozenset[str]:
    """The sources whose age decides whether a cell may be shown."""
    read = tables_read(cell, checked.tables)
    return frozenset(s for s in read if checked.tables[s].table.declared.fresh_within is not None)


def columns_of(metrics: Iterable[str], stale: Iterable[str], checked: Checked) -> frozenset[str]:
    """The columns of a page's answers that are made of one of the stale sources."""
    old, columns = frozenset(stale), set()
    for name in metrics:
        metric = checked.metrics[name]
        if old & tables_read(metric.cell, checked.tables):
            columns |= {name, sample_of(name)}
        if metric.target is not None and old & tables_read(metric.target, checked.tables):
            columns.add(target_of(name))
    return frozenset(columns)
