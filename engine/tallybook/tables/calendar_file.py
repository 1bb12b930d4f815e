"""Reads a book's own calendar from its CSV file."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from tallybook.calendar.custom import CustomCalendar
from tallybook.tables import rules
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from tallybook.declare.model import CalendarTable, Text
    from tallybook.tables.files import Folders
    from tallybook.text.diagnostic import Findings

_DAY = dt.timedelta(days=1)
Span = tuple[str, dt.datetime, dt.datetime]


def read_calendar(
    said: CalendarTable, folders: Folders, findings: Findings
) -> CustomCalendar | None:
    """The calendar, its periods in order and without gaps; None, with findings, where it is not.

    `end` may be the last day of a period or the first day after it, the same in every row.
    """
    rows = _rows(said, folders, findings)
    if rows is None:
        return None
    spans = [s for s in (_span(row, number, said, findings) for number, row in rows) if s]
    if len(spans) < len(rows):
        return None
    spans.sort(key=lambda span: span[1])
    reach = {after - end for (_, _, end), (_, after, _) in pairwise(spans)}
    if not spans or (not reach <= {_DAY} and not reach <= {dt.timedelta()}):
        findings.add(
            rules.WRONG_CALENDAR,
            "the periods of the calendar must follow each other without gaps",
            said.from_.span,
            help=f"each `{said.end}` is the day before the next `{said.start}`, or that day",
        )
        return None
    inclusive = reach != {dt.timedelta()}
    final = spans[-1][2] + (_DAY if inclusive else dt.timedelta())
    starts = (*(start for _, start, _ in spans), final)
    return CustomCalendar(said.period.value, tuple(label for label, _, _ in spans), starts)


def _rows(
    said: CalendarTable, folders: Folders, findings: Findings
) -> list[tuple[int, dict[str, str]]] | None:
    path = folders.root / said.from_.value
    if not folders.holds(path) or not path.is_file():
        findings.add(
            rules.OUTSIDE_BOOK if not folders.holds(path) else rules.MISSING_FILE,
            f"the calendar's file is not in the book: `{said.from_}`",
            said.from_.span,
        )
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        known = tuple(reader.fieldnames or ())
        good = [_has(c, known, findings) for c in (said.period, said.start, said.end)]
        return [(reader.line_num, row) for row in reader] if all(good) else None


def _has(column: Text, known: tuple[str, ...], findings: Findings) -> bool:
    if column.value in known:
        return True
    findings.add(
        rules.WRONG_CALENDAR,
        f"the calendar has no column `{column}`",
        column.span,
        help=did_you_mean(column.value, known, otherwise=f"it has {name_list(known)}"),
    )
    return False


def _span(row: dict[str, str], line: int, said: CalendarTable, findings: Findings) -> Span | None:
    try:
        start, end = (
            dt.datetime.fromisoformat(row[c.value].strip()) for c in (said.start, said.end)
        )
    except (ValueError, AttributeError):
        findings.add(
            rules.WRONG_CALENDAR,
            f"line {line} of the calendar has no dates like 2024-01-31",
            said.from_.span,
        )
        return None
    return row[said.period.value], start, end
