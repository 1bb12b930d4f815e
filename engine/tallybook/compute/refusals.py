"""What the engine refuses because of a value, told in the language's words.

Any other error of the engine is our own fault, and is left alone.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl

from tallybook.check.rules import WRONG_ARGUMENTS
from tallybook.check.sources import rows_of
from tallybook.language import ir
from tallybook.plan.conditions import rows_in
from tallybook.tables import rules
from tallybook.text.diagnostic import BookError, Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tallybook.plan.model import Measure
    from tallybook.text.span import Span

_REFUSED = re.compile(
    r"conversion from `(.+?)` to `(.+?)` failed in column '(.*?)' for .*?: \[(.*)\]"
)
_PATTERN = re.compile(r'contains\(\["(.*?)"\]\)', re.DOTALL)
_REASON = re.compile(r"^error: (.+)$", re.MULTILINE)
_NO_DAY = re.compile(r"year -?\d+ is out of range|date value out of range")
_MEASURE = re.compile(r"m(\d+)")
_WHOLE = ("i64", "i128")


@contextmanager
def refusals_told(measures: Mapping[int, Measure] | None = None) -> Iterator[None]:
    """Run queries. Raises `BookError` where a value cannot be what it has to be.

    `measures` are the plan's, by the number in the names of their columns.
    """
    try:
        yield
    except pl.exceptions.InvalidOperationError as error:
        refused = _REFUSED.match(str(error))
        if refused is None:
            raise
        from_, to, column, values = refused.groups()
        place = _place(column, measures or {})
        if from_ in ("u64", *_WHOLE) and to in _WHOLE:
            raise BookError([_overflow(values, place)]) from error
        raise BookError([_unreadable(column, values, place)]) from error
    except pl.exceptions.ComputeError as error:
        if not str(error).startswith("regex error:"):
            raise
        raise BookError([_wrong_pattern(str(error), measures or {})]) from error
    except (ValueError, OverflowError) as error:
        if not _NO_DAY.search(str(error)):
            raise
        raise BookError([_beyond("one beyond them", None)]) from error


def check_days(frame: pl.DataFrame, places: Mapping[str, Span]) -> None:
    """Raise `BookError` where a column has a day or time that the calendar does not have.

    `places` are where the columns' formulas stand, as far as they have any.
    """
    for name, dtype in frame.schema.items():
        if not isinstance(dtype, pl.Date | pl.Datetime):
            continue
        for edge in (pl.col(name).min(), pl.col(name).max()):
            found = frame.select(edge)
            try:
                found.item()
            except (ValueError, OverflowError) as error:
                shown = found.select(pl.col(name).cast(pl.String)).item()
                found_in = f"`{shown}` in `{name}`"
                raise BookError([_beyond(found_in, places.get(name))]) from error


def _beyond(found: str, place: Span | None) -> Diagnostic:
    return Diagnostic(
        rules.OVERFLOW,
        f"expected days from 0001-01-01 to 9999-12-31, found {found}",
        place,
        "leave out days that stand for never: `where closes_on < 9000-01-01`, or `nulls`",
    )


def _place(column: str, measures: Mapping[int, Measure]) -> Span | None:
    """Where the aggregate stands whose column it is."""
    named = _MEASURE.fullmatch(column)
    measure = measures.get(int(named.group(1))) if named else None
    return getattr(measure.aggregate, "span", None) if measure else None


def _overflow(values: str, place: Span | None) -> Diagnostic:
    return Diagnostic(
        rules.OVERFLOW,
        f"expected a whole number of at most 64 bits, up to 9,223,372,036,854,775,807, "
        f"found {_shown(values)}",
        place,
        "give the column the type `float` or `decimal`",
    )


def _unreadable(column: str, values: str, place: Span | None) -> Diagnostic:
    return Diagnostic(
        rules.UNREADABLE_VALUE,
        f"values of `{column}` cannot be of its type: {_shown(values)}",
        place,
        "give the column another type, or change how its source makes it",
    )


def _wrong_pattern(told: str, measures: Mapping[int, Measure]) -> Diagnostic:
    """A regular expression that only the engine can judge: most of all, how large it becomes."""
    found, reason = _PATTERN.search(told), _REASON.search(told)
    named = f" `{found[1]}`" if found else ""
    is_large = "size limit" in told
    why = "it is too large" if is_large or reason is None else reason[1]
    return Diagnostic(
        WRONG_ARGUMENTS,
        f"the pattern{named} cannot be used: {why}",
        _place_of_pattern(found[1], measures) if found else None,
        "repeat fewer parts, and fewer times" if is_large else None,
    )


def _place_of_pattern(pattern: str, measures: Mapping[int, Measure]) -> Span | None:
    """Where the first aggregate stands that has the pattern in it."""
    for measure in measures.values():
        for row in rows_of(measure.aggregate):
            if any(isinstance(r, ir.Constant) and r.value == pattern for r in rows_in(row)):
                return getattr(measure.aggregate, "span", None)
    return None


def _shown(values: str) -> str:
    return ", ".join(f"`{value.strip()}`" for value in values.replace('"', "").split(","))
