"""Lines of a file as a terminal shows them, with a mark under a range of letters."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from tallybook.text.span import Span

_TAB = "    "
_WIDEST = 160  # columns; a longer line is cut on both sides of the mark
_BEFORE = 60  # columns kept before the mark of a line that is cut
_CUT = "..."
_QUOTED = re.compile(r"`([^`]*)`")
_LONGEST = 200  # letters of a value that a message quotes
_KEPT = 60  # of one that is longer


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The first line of a span, and how far in and how wide the mark under it is, in columns."""

    number: int
    line: str
    indent: int
    width: int


def excerpt(span: Span) -> Excerpt:
    """The line on which a span begins; a span over several lines is marked to that line's end."""
    number, column = span.source.position(span.start)
    line = span.source.line(number)
    before = _shown(line[: column - 1])
    within = _shown(line[column - 1 : column - 1 + span.end - span.start])
    if columns(within) > _WIDEST:
        within = within[: _WIDEST - len(_CUT)] + _CUT
    after = _shown(line[column - 1 + span.end - span.start :])
    indent, width = columns(before), max(1, columns(within))
    if indent + width + columns(after) > _WIDEST:
        before, after = _cut(before, within, after)
        indent = columns(before)
    return Excerpt(number, (before + within + after).rstrip(), indent, min(width, 2 * _WIDEST))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: wide letters two, combining ones none."""
    return sum(_width(letter) for letter in text) if not text.isascii() else len(text)


def _width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def harmless(text: str) -> str:
    """Text with a replacement mark for all that a terminal would obey instead of show.

    Line ends stay.
    """
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or _is_harmless(c) else "\ufffd" for c in text)


def written_out(json: str) -> str:
    r"""JSON of the same values, with `\u202e` for what a terminal would obey."""
    if json.isprintable():
        return json
    return "".join(c if c == "\n" or _is_harmless(c) else _units(c) for c in json)


def _units(letter: str) -> str:
    pairs = letter.encode("utf-16-be").hex()
    return "".join(f"\\u{pairs[i : i + 4]}" for i in range(0, len(pairs), 4))


def clipped(text: str) -> str:
    """A message in which no quoted value is longer than a person reads."""
    return text if len(text) <= _LONGEST else _QUOTED.sub(_clipped, text)


def _clipped(quoted: re.Match[str]) -> str:
    value = quoted[1]
    if len(value) <= _LONGEST:
        return quoted[0]
    return f"`{value[:_KEPT]}{_CUT}` ({len(value):,} characters)"


def _shown(text: str) -> str:
    """Tabs as spaces, the rest harmless."""
    return harmless(text.replace("\t", _TAB))


def _is_harmless(letter: str) -> bool:
    # Of the format characters, joiners are letters' business; the others reorder or hide text.
    return letter.isprintable() or letter in "\u200c\u200d" or unicodedata.category(letter) == "Zs"


def _cut(before: str, within: str, after: str) -> tuple[str, str]:
    if columns(before) > _BEFORE:
        before = _CUT + before[-(_BEFORE - len(_CUT)) :]
    room = max(0, _WIDEST - columns(before) - columns(within))
    return before, after if columns(after) <= room else after[:room] + _CUT
