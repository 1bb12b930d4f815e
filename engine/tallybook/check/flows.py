"""Numbers that grow with the length of their period, and targets that were meant for one length."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.calendar.named import named_period
from tallybook.check import rules
from tallybook.declare import model as declared
from tallybook.language import ir
from tallybook.text.diagnostic import Findings, Related

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.calendar.model import CalendarRules
    from tallybook.check.model import Checked

ANY_DAY = dt.datetime(2024, 1, 1)  # from when a page is seen is not known before it is asked
_AFTER_ANY_MONTH = 32  # days; February and July are periods of one length


def is_flow(cell: ir.Cell) -> bool:
    """Whether twice the time gives twice the number: sums and counts of what happens.

    A balance, an average, a ratio and a window of its own length do not grow with the period.
    """
    match cell:
        case ir.Aggregate(function="count" | "sum", stock=None):
            return True
        case ir.MetricValue(body=body) | ir.Prior(body=body) | ir.Filtered(body=body):
            return is_flow(body)
        case ir.CellCall(function="+" | "-", arguments=arguments):
            return all(is_flow(a) for a in arguments)
        case ir.CellCall(function="*", arguments=(left, right)):
            constant = isinstance(left, ir.Constant) or isinstance(right, ir.Constant)
            return constant and (is_flow(left) or is_flow(right))
        case _:
            return False


def check_target_periods(checked: Checked, findings: Findings) -> None:
    """A number as the target of a flow is meant for one length of period, and pages have several.

    At most one of them judges it rightly.
    """
    first: dict[str, tuple[str, declared.Text]] = {}
    told: set[str] = set()
    for card in checked.book.scorecards.values():
        length = _length(card.period, checked.book.calendar)
        for said in _tiles(card) if length else ():
            if said.value in told or not _is_held_to_number(said.value, checked):
                continue
            other, place = first.setdefault(said.value, (length, said))
            if other != length:
                told.add(said.value)
                findings.add(
                    rules.TARGET_OF_TWO_PERIODS,
                    f"`{said}` is held to the same number by {other} and by {length}",
                    said.span,
                    help="`target: {table: targets}` spreads targets over their days; "
                    "`target: {formula: …}` makes them of other metrics",
                    related=[Related(place.span, f"held to it by {other} here")],
                )


def _length(said: declared.Text | None, calendar: CalendarRules) -> str:
    """How long a page's period is, in words; nothing where that is not known."""
    if said is None:
        return "month"
    found = named_period(said, ANY_DAY, calendar, Findings())
    if found is None or found.start is None or found.end is None:
        return ""
    if found.grain is not None:
        return found.grain.removeprefix("fiscal_").replace("_", " ")
    days = (found.end - found.start).days
    return "month" if 28 <= days < _AFTER_ANY_MONTH else f"{days} days"  # noqa: PLR2004 - of February


def _tiles(card: declared.Scorecard) -> Iterator[declared.Text]:
    for section in card.sections:
        yield from section.tiles if isinstance(section, declared.TilesSection) else ()


def _is_held_to_number(name: str, checked: Checked) -> bool:
    metric = checked.metrics.get(name)
    if metric is None or not is_flow(metric.cell):
        return False
    target = metric.metric.declared.target
    return target is not None and target.value not in (None, 0)
