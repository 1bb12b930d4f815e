"""How days are written, as far as the values tell it: `03/04/2024` is of April or of March.

Nothing is ever read by what is found here. It goes into the advice to say it in the book.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NUMBERS = re.compile(r"\d{1,4}([/. -]+)\d{1,2}\1\d{1,4}")
_ORDERS = (("%d", "%m", "%Y"), ("%m", "%d", "%Y"), ("%d", "%m", "%y"), ("%m", "%d", "%y"))
_YEAR_FIRST = (("%Y", "%m", "%d"), ("%Y", "%d", "%m"), ("%y", "%m", "%d"))
_MONTHS_IN_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y")
_TOGETHER = ("%Y%m%d", "%d%m%Y")
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


def date_advice(values: Sequence[str], said: str | None) -> str:
    """What to write under `dates`, given a column's values and the pattern that is said."""
    texts = [value.strip() for value in values]
    fitting = list(_fitting(texts))
    if not fitting and said is not None:
        return "correct the values, or list them under `nulls`"
    if not fitting:
        return (
            'say how they are written: `read: {dates: "%d.%m.%Y"}`; correct those of another form, '
            "or list them under `nulls`"
        )
    if len(fitting) == 1:
        return f'say how they are written: `read: {{dates: "{fitting[0]}"}}` fits all of them'
    first, (one, other) = texts[0], fitting[:2]
    return (
        f'`{first}` is {_day(first, one)} with `read: {{dates: "{one}"}}`, and '
        f'{_day(first, other)} with `{{dates: "{other}"}}`: say which'
    )


def _fitting(texts: Sequence[str]) -> Iterator[str]:
    for pattern in _patterns(texts[0]):
        if all(_parsed(text, pattern) for text in texts):
            yield pattern


def _patterns(example: str) -> Iterator[str]:
    numbers = _NUMBERS.match(example)
    separator = numbers.group(1) if numbers else ""
    ordered = (separator.join(parts) for parts in (*_ORDERS, *_YEAR_FIRST)) if separator else ()
    for day, time in product((*ordered, *_MONTHS_IN_WORDS, *_TOGETHER), _TIMES):
        yield day + time


def _parsed(text: str, pattern: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, pattern)  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _day(text: str, pattern: str) -> str:
    parsed = _parsed(text, pattern)
    return f"{parsed.day} {parsed:%B %Y}" if parsed else ""
