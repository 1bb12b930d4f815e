"""Our `dataclass` is the standard library's in all but when it compiles."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import field, fields, replace

import pytest

from tallybook.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """Somewhere."""

    x: int
    y: int = 0
    note: str = field(default="", compare=False)
    near: list[int] = field(default_factory=list, compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """The same, by the standard library."""

    x: int
    y: int = 0
    note: str = field(default="", compare=False)
    near: list[int] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Other:
    """The same fields, another type."""

    x: int
    y: int = 0


@dataclass(frozen=True)
class Nothing:
    """A type without fields or slots."""


GIVEN = [(1,), (1, 2), (1, 0, "note"), (2, 0, "", [3])]


@pytest.mark.parametrize("one", GIVEN)
@pytest.mark.parametrize("other", GIVEN)
def test_equality_and_hash_are_those_of_the_standard_library(
    one: tuple[int], other: tuple[int]
) -> None:
    ours, theirs = Point(*one) == Point(*other), Standard(*one) == Standard(*other)
    assert ours == theirs
    assert (hash(Point(*one)) == hash(Point(*other))) is ours


def test_other_types_are_never_equal() -> None:
    others: list[object] = [Other(1, 0), (1, 0), Standard(1, 0)]
    assert all(Point(1, 0) != other for other in others)
    assert Nothing() == Nothing()
    assert {Nothing(): 1}[Nothing()] == 1


def test_it_shows_itself_as_the_standard_library_does() -> None:
    assert repr(Point(1, near=[2])) == repr(Standard(1, near=[2])).replace("Standard", "Point")


def test_arguments_are_those_of_the_fields() -> None:
    point = Point(x=1, note="here")
    assert (point.x, point.y, point.note, point.near) == (1, 0, "here", [])
    assert Point(1).near is not Point(1).near
    with pytest.raises(TypeError, match="x"):
        Point()  # type: ignore[call-arg] # what a type checker refuses
    with pytest.raises(TypeError, match="z"):
        Point(1, z=2)  # type: ignore[call-arg] # the same


def test_nothing_can_be_assigned() -> None:
    point = Point(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        point.x = 2  # type: ignore[misc] # what a type checker refuses
    with pytest.raises(dataclasses.FrozenInstanceError, match="'x'"):
        del point.x
    assert not hasattr(point, "__dict__")


def test_the_functions_of_dataclasses_and_patterns_know_it() -> None:
    assert [f.name for f in fields(Point)] == [f.name for f in fields(Standard)]
    assert dataclasses.is_dataclass(Point)
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    assert vars(Point)["__replace__"](Point(1, 2), y=3) == Point(1, 3)
    match Point(1, 2):
        case Point(x, y=y):
            assert (x, y) == (1, 2)


@pytest.mark.parametrize("kind", [Point, Other, Nothing])
def test_objects_can_be_copied_and_sent(kind: type) -> None:
    made = kind(*(() if kind is Nothing else (1, 2)))
    assert copy.deepcopy(made) == made
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - made here


def test_a_field_may_have_any_name() -> None:
    @dataclass(frozen=True, slots=True)
    class Odd:
        set: int = 1
        missing: int = 2
        default: list[int] = field(default_factory=list)

    assert (Odd().set, Odd().missing, Odd().default) == (1, 2, [])


def test_the_signature_can_be_read_before_the_first_object() -> None:
    @dataclass(frozen=True, slots=True)
    class Late:
        a: int
        b: str = "b"

    assert str(inspect.signature(Late)) == "(a: 'int', b: 'str' = 'b') -> None"


def test_nothing_is_compiled_before_the_first_object() -> None:
    @dataclass(frozen=True, slots=True)
    class Late:
        a: int

    assert not inspect.isfunction(vars(Late)["__init__"])
    Late(1)
    assert inspect.isfunction(vars(Late)["__init__"])


def test_what_can_change_is_refused() -> None:
    with pytest.raises(TypeError, match="frozen"):
        dataclass(frozen=False)


def test_fields_are_not_inherited() -> None:
    with pytest.raises(TypeError, match="inherited"):

        @dataclass(frozen=True, slots=True)
        class More(Point):
            z: int = 0


def test_a_subclass_without_fields_of_its_own_is_made_as_its_base() -> None:
    class Same(Other):
        __slots__ = ()

    assert (Same(1).x, Same(1) == Same(1), Same(1) == Other(1)) == (1, True, False)
    assert [f.name for f in fields(Same)] == ["x", "y"]


def test_classes_with_as_many_fields_keep_their_own_names_and_defaults() -> None:
    @dataclass(frozen=True)
    class One:
        a: int = 1

    @dataclass(frozen=True)
    class Two:
        b: str = "two"

    assert (One().a, Two().b, Two(b="three").b) == (1, "two", "three")
    assert Two.__init__.__qualname__.endswith("Two.__init__")
