"""A tree drawn with lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of text with what hangs from it."""

    text: str
    parts: tuple[Branch, ...] = ()


def drawn(root: Branch) -> str:
    """The tree, one line each, ending in a line break."""
    return "".join(f"{line}\n" for line in [root.text, *_below(root)])


def _below(branch: Branch) -> Iterator[str]:
    for number, part in enumerate(branch.parts, 1):
        is_last = number == len(branch.parts)
        yield ("└─ " if is_last else "├─ ") + part.text
        for line in _below(part):
            yield ("   " if is_last else "│  ") + line
