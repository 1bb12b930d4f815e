"""What the texts of a column must look like, so that they can be read as its type."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.language.types import TIMES, Type
from tallybook.tables.dialect import dialect
from tallybook.tables.infer import infer

if TYPE_CHECKING:
    from tallybook.resolve.model import Column, Table


def dates_of(column: Column, table: Table) -> str | None:
    """The pattern that the book gives for the days and times of a column."""
    read = table.declared.read
    said = (column.declared.dates if column.declared else None) or (read.dates if read else None)
    return said.value if said and column.type in (Type.DATE, Type.DATETIME) else None


def wanted(kind: Type, pattern: str | None) -> str:
    """What the texts of a column must be, in words."""
    if pattern is not None:
        return f"{'dates' if kind is Type.DATE else 'times'} written `{pattern}`"
    names = {
        Type.INTEGER: "whole numbers",
        Type.FLOAT: "numbers",
        Type.DECIMAL: "numbers",
        Type.BOOLEAN: "`true` or `false`",
        Type.DATE: "dates such as 2024-01-31",
        Type.DATETIME: "times such as 2024-01-31 13:45",
    }
    return names[kind]


def surely_unreadable(text: str, column: Column, table: Table) -> bool:
    """Whether a text cannot be read, as far as one can tell without the engine.

    Where a column has a reading of its own (a pattern, a map), that is left to it.
    """
    own = column.declared
    if own is not None and (own.map or text in own.nulls):
        return False
    if dates_of(column, table) is not None or text in dialect(table.declared.read).nulls:
        return False
    looks = infer([text])
    match column.type:
        case Type.INTEGER:
            return not _has_digit(text) or looks in _NO_NUMBERS or _has_fraction(text, looks)
        case Type.FLOAT | Type.DECIMAL:
            return not _has_digit(text) or looks in _NO_NUMBERS
        case Type.BOOLEAN:
            return looks is not Type.BOOLEAN
        case Type.DATE:
            return looks is not Type.DATE or not _is_day(text)
        case Type.DATETIME:
            return looks not in TIMES or not _is_day(text)
        case _:
            return False


_NO_NUMBERS = TIMES | {Type.BOOLEAN}


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _has_fraction(text: str, looks: Type) -> bool:
    return looks is Type.FLOAT and not float(text).is_integer()


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text.strip()[: len("2024-01-31")])
    except ValueError:
        return False
    return True
