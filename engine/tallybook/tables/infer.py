"""What type a column of text looks like. Only forms that leave no doubt; all else is text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.language.types import Type

if TYPE_CHECKING:
    from collections.abc import Iterable

_INTEGER = re.compile(r"[+-]?(?:0|[1-9]\d*)")
_FLOAT = re.compile(r"[+-]?(?:0|[1-9]\d*)?\.?\d+(?:[eE][+-]?\d+)?")
_LEADING_ZERO = re.compile(r"[+-]?0\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_BOOLEAN = frozenset({"true", "false"})


def _kind(text: str) -> Type:
    if _INTEGER.fullmatch(text):
        return Type.INTEGER
    if _FLOAT.fullmatch(text) and not _LEADING_ZERO.match(text):
        return Type.FLOAT
    if _DATE.fullmatch(text):
        return Type.DATE
    if _DATETIME.fullmatch(text):
        return Type.DATETIME
    if text.lower() in _BOOLEAN:
        return Type.BOOLEAN
    return Type.STRING


_TOGETHER = {
    frozenset({Type.INTEGER, Type.FLOAT}): Type.FLOAT,
    frozenset({Type.DATE, Type.DATETIME}): Type.DATETIME,
}


def infer(values: Iterable[str | None]) -> Type:
    """The type that all of the values have; text where they disagree or there are none.

    A number with a leading zero is an identifier, and stays text.
    """
    kinds = {_kind(v.strip()) for v in values if v is not None}
    if not kinds:
        return Type.STRING
    if len(kinds) == 1:
        return kinds.pop()
    return _TOGETHER.get(frozenset(kinds), Type.STRING)
