"""What a reader of values says about a node that it cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.declare.rules import WRONG_VALUE
from tallybook.read.document import Mapping, Node, Scalar, Sequence
from tallybook.text.diagnostic import Diagnostic
from tallybook.text.span import Span

if TYPE_CHECKING:
    from tallybook.text.rule import Rule


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding, and the node without which the rest can be read."""

    diagnostic: Diagnostic
    node: Node


class MisreadError(Exception):
    """Raised by readers, with all problems of what they read."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(p.diagnostic.message for p in problems))
        self.problems = problems


def problem(rule: Rule, message: str, node: Node, *, help: str | None = None) -> Problem:  # noqa: A002 - the field's own name
    """A problem at a node's place."""
    return Problem(Diagnostic(rule, message, place(node), help), node)


def wrong(expected: str, node: Node, *, help: str | None = None) -> MisreadError:  # noqa: A002 - the field's own name
    """The error for a value that is not what its key takes."""
    return MisreadError(
        problem(WRONG_VALUE, f"expected {expected}, found {found(node)}", node, help=help)
    )


def place(node: Node) -> Span:
    """What to underline for a node: all of a scalar, the first letter of what has parts."""
    match node:
        case Scalar(span=span):
            return span
        case Mapping(entries=(first, *_), span=span) if not span.text.startswith("{"):
            return first.key.span
        case Mapping(span=span) | Sequence(span=span):
            return Span(span.source, span.start, min(span.start + 1, span.end))


def found(node: Node) -> str:
    """A node in words."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=str() as text) if not text.strip():
            return "an empty text"
        case Scalar(value=str() as text):
            line = text.strip().split("\n", 1)[0]
            return f"`{line}`" if line == text.strip() and len(line) <= _SHOWN else "a text"
        case Scalar(span=span):
            return f"`{span.text}`"


_SHOWN = 40
