"""Types of values in formulas, and how they combine."""

from __future__ import annotations

from enum import Enum


class Type(Enum):
    """The type of a value. `NULL` is the literal null; `UNKNOWN` follows an error already told."""

    STRING = "string"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    NULL = "null"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """The type as a message names it."""
        return _WORDS[self]


_WORDS = {
    Type.STRING: "text",
    Type.BOOLEAN: "a condition",
    Type.INTEGER: "a number",
    Type.DECIMAL: "a number",
    Type.FLOAT: "a number",
    Type.DATE: "a date",
    Type.DATETIME: "a time",
    Type.DURATION: "a duration",
    Type.NULL: "null",
    Type.UNKNOWN: "unknown",
}

NUMBERS = frozenset({Type.INTEGER, Type.DECIMAL, Type.FLOAT})
TIMES = frozenset({Type.DATE, Type.DATETIME})
TEXTS = frozenset({Type.STRING})
CONDITIONS = frozenset({Type.BOOLEAN})
VALUES = NUMBERS | TIMES | TEXTS | CONDITIONS
ORDERED = NUMBERS | TIMES | TEXTS

_NUMBER_ORDER = (Type.INTEGER, Type.DECIMAL, Type.FLOAT)


def unify(left: Type, right: Type) -> Type | None:
    """The type that holds values of both, or None where there is none."""
    if left is right or right is Type.NULL:
        return left
    if left is Type.NULL:
        return right
    if Type.UNKNOWN in (left, right):
        return Type.UNKNOWN
    if left in NUMBERS and right in NUMBERS:
        return max(left, right, key=_NUMBER_ORDER.index)
    if left in TIMES and right in TIMES:
        return Type.DATETIME
    return None


def expected(types: frozenset[Type]) -> str:
    """A set of types as a message names it: `a number`, `text or a condition`."""
    words = list(dict.fromkeys(t.words for t in Type if t in types))
    return " or ".join(words)
