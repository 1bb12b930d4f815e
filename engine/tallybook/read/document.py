"""YAML as a tree in which every key and value knows its place."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.text.span import SourceText, Span

Plain = str | int | float | bool | None
Style = Literal["plain", "single", "double", "literal", "folded"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `span` covers the content alone: without quotes, without a block's `|` line."""

    value: Plain
    span: Span = field(compare=False)
    style: Style = "plain"
    escaped: bool = False  # the value is not what stands in the file, letter by letter


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: Node

    @property
    def name(self) -> str:
        """The key as text."""
        return str(self.key.value)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Entries in the order of the file; keys are text and unique."""

    entries: tuple[Entry, ...]
    span: Span = field(compare=False)

    def get(self, name: str) -> Node | None:
        """The value under a key, if it is there."""
        return next((e.value for e in self.entries if e.key.value == name), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Values in the order of the file."""

    items: tuple[Node, ...]
    span: Span = field(compare=False)


Node = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file of a book."""

    path: Path
    source: SourceText
    root: Mapping
