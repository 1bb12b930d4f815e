"""What the engine refuses because of a value, told in the language's words.

Any other error of the engine is our own fault, and is left alone.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl

from tallybook.tables import rules
from tallybook.text.diagnostic import BookError, Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tallybook.plan.model import Measure
    from tallybook.text.span import Span

_REFUSED = re.compile(
    r"conversion from `(.+?)` to `(.+?)` failed in column '(.*?)' for .*?: \[(.*)\]"
)
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


def _shown(values: str) -> str:
    return ", ".join(f"`{value.strip()}`" for value in values.replace('"', "").split(","))
