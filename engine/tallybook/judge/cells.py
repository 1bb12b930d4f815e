"""Results as numbers that can be looked up, and periods as a page shows them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.judge import model

if TYPE_CHECKING:
    import datetime as dt

    from tallybook.calendar.model import Period
    from tallybook.compute.run import Result
    from tallybook.judge.model import Member, Number


@dataclass(frozen=True)
class Cells:
    """The cells of one answer: by period number and member, then by column.

    `members` are in the order of the answer: by value, ranges from low to high, no value last.
    """

    periods: tuple[Period, ...]
    members: tuple[Member, ...]
    _values: dict[tuple[int, Member], dict[str, Number | None]]

    def value(self, column: str, period: int = -1, member: Member = None) -> Number | None:
        """One cell; the last period if none is named. None is no data."""
        number = period if period >= 0 else len(self.periods) + period
        return self._values.get((number, member), {}).get(column)

    def points(self, column: str, member: Member = None) -> tuple[model.Point, ...]:
        """A column over all periods, oldest first."""
        return tuple(
            model.Point(shown_period(period), self.value(column, number, member))
            for number, period in enumerate(self.periods)
        )

    def without(self, columns: frozenset[str], start: dt.datetime | None) -> Cells:
        """The cells with no data in these columns, in periods that end after `start`."""
        later = {
            number
            for number, period in enumerate(self.periods)
            if start is None or period.end is None or period.end > start
        }
        values = {
            key: {c: None if c in columns else v for c, v in row.items()}
            if key[0] in later
            else row
            for key, row in self._values.items()
        }
        return replace(self, _values=values)


def cells(result: Result) -> Cells:
    """An answer with at most one dimension as cells."""
    question = result.answer.question
    names = [a.name for a in question.columns]
    values: dict[tuple[int, Member], dict[str, Number | None]] = {}
    members: dict[Member, None] = {}
    for row in result.frame.iter_rows(named=True):
        member = row[question.by[0]] if question.by else None
        members.setdefault(member)
        values[row["$window"], member] = {n: number(row[n]) for n in names}
    return Cells(question.periods, tuple(members), values)


def number(value: object) -> Number | None:
    """A cell's value as a number; anything else has no place on a tile."""
    match value:
        case bool():
            return int(value)
        case int() | float():
            return value
        case Decimal():
            return float(value)
        case _:
            return None


def shown_period(period: Period) -> model.Period:
    """A period with its days; `end` is the first day after it."""
    start, end = period.start, period.end
    if start is None or end is None:
        raise ValueError("a page's periods have bounds")
    return model.Period(period.label, period.grain, start.date(), end.date(), period.partial)
