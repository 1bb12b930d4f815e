"""How the types of `model` say in which YAML they are written.

`reading` builds a reader from the annotations of a type, and asks the marks here how a value is
read. The functions in them take YAML nodes, and raise `MisreadError` on what a user got wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Declared:
    """A type that a YAML mapping, or a shorthand for one, is read into."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that one function reads from its node."""

    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A list of values, whose node one function takes apart."""

    open: Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the words of a `Literal`."""


@dataclass(frozen=True, slots=True)
class ByKey:
    """One of several types, told apart by the key that only one of them has."""


Word = Annotated[T, OneOf()]
