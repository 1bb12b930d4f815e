"""Where something stands: a file's text and a range of offsets in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field
from functools import cached_property

from tallybook.dataclass import dataclass


@dataclass(frozen=True)
class SourceText:
    """A text that a user wrote, and the name to show for it (a path, or `--where`)."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        starts.extend(i + 1 for i, character in enumerate(self.text) if character == "\n")
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (counted from 1), without its line break."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open range `[start, end)` of offsets in a text."""

    source: SourceText = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of another in the same text."""
        return Span(self.source, self.start, other.end)

    def where(self) -> str:
        """`file:line:column`, as an editor opens it."""
        line, column = self.source.position(self.start)
        return f"{self.source.name}:{line}:{column}"


def whole(source: SourceText) -> Span:
    """The span of a complete text."""
    return Span(source, 0, len(source.text))
