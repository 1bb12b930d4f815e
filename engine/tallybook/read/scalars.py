"""What a YAML scalar is: its value by the core schema of YAML 1.2, and where its content lies.

Stricter than the core schema in one place: a number with leading zeros is text, as article numbers
and phone prefixes are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tallybook.read.document import Plain, Style

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = frozenset("-+.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MOST_DIGITS = 4000  # beyond it Python refuses to read a decimal integer

_PROPERTY = re.compile(r"[&!][^\s,\[\]{}]*")
_BLANK = re.compile(r"(?:\s|#[^\n]*)+")

STYLES: dict[str | None, Style] = {
    None: "plain",
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}


def plain_value(text: str) -> Plain:
    """The value of an unquoted scalar: null, a boolean, a number, else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMBER_STARTS else text


def _number(text: str) -> Plain:
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < _MOST_DIGITS else float(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def after_properties(text: str, start: int, end: int) -> int:
    """The offset at which the value itself begins, behind an anchor and a tag."""
    while start < end and (found := _PROPERTY.match(text, start, end)):
        blank = _BLANK.match(text, found.end(), end)
        start = blank.end() if blank else found.end()
    return start


def content(text: str, start: int, end: int, style: Style) -> tuple[int, int]:
    """The range of a scalar's content: inside the quotes, or the lines of a block."""
    match style:
        case "plain":
            return start, end
        case "single" | "double":
            return start + 1, max(start + 1, end - 1)
        case "literal" | "folded":
            return _block_content(text, start, end)


def _block_content(text: str, start: int, end: int) -> tuple[int, int]:
    header = text.find("\n", start, end)
    if header < 0:
        return end, end
    lines = text[header:end]
    kept = lines.rstrip()
    if not kept:
        return end, end
    return header + len(lines) - len(lines.lstrip()), header + len(kept)


def is_escaped(slice_: str, style: Style) -> bool:
    """Whether quotes made the value differ from what stands between them."""
    return (style == "single" and "''" in slice_) or (style == "double" and "\\" in slice_)
