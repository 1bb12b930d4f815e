"""How the types of `model` say in which YAML they are written.

Pydantic builds the reading code from the types' annotations and asks the marks here about every
type; it is imported only then. The marks call plain functions from YAML nodes to values, which
raise `MisreadError` on what a user got wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

T = TypeVar("T")


class Declared:
    """A type that a YAML mapping, or a shorthand for one, is read into."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from tallybook.declare.schema import schema_of

        return schema_of(cls, handler)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that one function reads from its node."""

    read: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.read)


@dataclass(frozen=True, slots=True)
class Opened:
    """A value whose node one function takes apart before its parts are read."""

    open: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, of: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.open, handler(of))


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the words of a `Literal`."""

    def __get_pydantic_core_schema__(self, of: Any, _: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        from tallybook.declare.schema import word_reader

        return core_schema.no_info_plain_validator_function(word_reader(of))


@dataclass(frozen=True, slots=True)
class ByKey:
    """One of several types, told apart by the key that only one of them has."""

    def __get_pydantic_core_schema__(self, of: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from tallybook.declare.schema import union_by_key

        return union_by_key(of, handler)


Word = Annotated[T, OneOf()]
