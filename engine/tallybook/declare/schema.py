"""Pydantic's schemas for the types of `model`. The one module that may import pydantic."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import core_schema

from tallybook.dataclass import dataclass
from tallybook.declare import model, readers, shorthand
from tallybook.declare.misread import MisreadError, Problem, problem, wrong
from tallybook.declare.rules import MISSING_KEY
from tallybook.read.document import Entry, Mapping, Node, Scalar, Sequence
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from tallybook.text.diagnostic import Findings

T = TypeVar("T")
_Parts = dict[str, "Node | None"]
_Identity = tuple[type, str, int, int]  # of a node: its kind, its file, its range

_READERS: dict[type, Callable[[Any], object]] = {
    model.Text: readers.text,
    model.Formula: readers.formula,
    model.Localized: readers.localized,
    model.ColumnType: readers.column_type,
    model.Target: shorthand.target,
    model.StatusBands: shorthand.status,
    model.Check: shorthand.check,
    model.Group: shorthand.group,
}
# The field that a value stands for where it is no mapping.
_SHORT: dict[type, tuple[type, str]] = {
    model.Column: (Scalar, "type"),
    model.Dimension: (Scalar, "of"),
    model.Alternative: (Scalar, "formula"),
    model.Scope: (Scalar, "condition"),
    model.Benchmark: (Scalar, "value"),
    model.FunnelStage: (Scalar, "metric"),
    model.Funnel: (Sequence, "stages"),
}


_built: dict[type, Reader[Any]] = {}


def reader_of(of: type[T]) -> Reader[T]:
    """The reader of one type; building it takes milliseconds, so it is built once."""
    if of not in _built:
        _built[of] = Reader(TypeAdapter(of))
    return _built[of]


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """Reads one declaration after another."""

    _adapter: TypeAdapter[T]

    def read(self, given: Node | Entry, findings: Findings) -> T | None:
        """What a node, or a name and a node, declares, less the parts that are findings.

        None where nothing is left of it.
        """
        left: Node | Entry | None = given
        dropped: set[_Identity] = set()
        while left is not None:
            try:
                return self._adapter.validate_python(left)
            except ValidationError as error:
                problems = _problems(error)
            findings.extend(p.diagnostic for p in problems if not _covers(p.node, dropped))
            dropped |= {_identity(p.node) for p in problems}
            before, left = left, _without(left, dropped)
            if left == before:
                break
        return self._bare(given.key) if isinstance(given, Entry) else None

    def _bare(self, key: Scalar) -> T | None:
        """The name alone, where its type can do without the rest: others may ask for it."""
        try:
            return self._adapter.validate_python(Entry(key, Scalar(None, key.span)))
        except ValidationError:
            return None


def _problems(error: ValidationError) -> tuple[Problem, ...]:
    """What the readers said. Anything else in the error is a fault of ours, and raised as one."""
    found: list[Problem] = []
    for line in error.errors(include_url=False, include_input=False):
        said = line.get("ctx", {}).get("error")
        if not isinstance(said, MisreadError):
            raise error
        found.extend(said.problems)
    return tuple(found)


def _identity(node: Node) -> _Identity:
    return type(node), node.span.source.name, node.span.start, node.span.end


def _covers(node: Node, dropped: set[_Identity]) -> bool:
    """Whether a part of a node was dropped before: what it lacks now has been said already."""
    _, name, start, end = _identity(node)
    return any(name == d[1] and start <= d[2] and d[3] <= end for d in dropped)


def _without(given: Any, dropped: set[_Identity]) -> Any:
    """The same tree less the dropped nodes, and the keys whose value or name was dropped."""
    match given:
        case Entry(key=key, value=value):
            left = _without(value, dropped)
            return None if left is None or _identity(key) in dropped else Entry(key, left)
        case Scalar() | Mapping() | Sequence() if _identity(given) in dropped:
            return None
        case Mapping(entries=entries, span=span):
            kept = (_without(e, dropped) for e in entries)
            return Mapping(tuple(e for e in kept if e is not None), span)
        case Sequence(items=items, span=span):
            left_items = (_without(i, dropped) for i in items)
            return Sequence(tuple(i for i in left_items if i is not None), span)
    return given


def schema_of(cls: type, handler: GetCoreSchemaHandler) -> CoreSchema:
    """How a type is read: by its own function, or field by field."""
    if cls in _READERS:
        return core_schema.no_info_plain_validator_function(_READERS[cls])
    return core_schema.no_info_before_validator_function(_Opener(cls), handler(cls))


def word_reader(of: Any) -> Callable[[Node], str]:
    """A reader of the words of a `Literal`."""
    words = get_args(of)

    def read(node: Node) -> str:
        if isinstance(node, Scalar) and node.value in words:
            return str(node.value)
        advice = did_you_mean(str(node.value), words) if isinstance(node, Scalar) else None
        raise wrong(
            name_list(words).replace("`, `", "` or `", 1)
            if len(words) == _TWO
            else (("one of " if len(words) > 1 else "") + name_list(words)),
            node,
            help=advice,
        )

    return read


_TWO = 2


def union_by_key(of: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """A tagged union whose tag is the key that only one of the types has."""
    kinds = {_own_key(kind): handler.generate_schema(kind) for kind in get_args(of)}

    def tag(node: Node) -> Node:
        if not isinstance(node, Mapping):
            raise wrong(f"a mapping with one of {name_list(kinds)}", node)
        if not any(e.name in kinds for e in node.entries):
            raise MisreadError(
                problem(MISSING_KEY, f"expected one of {name_list(kinds)}, found none", node)
            )
        return node

    def tag_of(node: Mapping) -> str | None:
        return next((e.name for e in node.entries if e.name in kinds), None)

    union = core_schema.tagged_union_schema(kinds, tag_of)
    return core_schema.no_info_before_validator_function(tag, union)


def _own_key(kind: type) -> str:
    """The first required key of a kind of section."""
    return next(f.name for f in fields(kind) if f.default is MISSING and not f.metadata)


class _Opener:
    """Takes the mapping of one type apart: keys to fields, shorthands written out."""

    def __init__(self, cls: type) -> None:
        self._cls = cls
        self._short = _SHORT.get(cls)
        self._fields: dict[str, str] = {}
        self._optional: list[str] = []
        self._required: list[str] = []
        self._name: str | None = None
        for field in fields(cls):
            self._learn(field)
        self._known = (*self._fields, *(shorthand.BANDS if cls is model.Dimension else ()))

    def _learn(self, field: Any) -> None:
        key = field.metadata.get("key", field.name)
        if key is None:
            self._name = field.name
            return
        self._fields[key] = field.name
        if field.metadata.get("optional"):
            self._optional.append(field.name)
        elif field.default is MISSING:
            self._required.append(key)

    def __call__(self, given: Node | Entry) -> _Parts:
        if isinstance(given, Entry):
            parts = self._open(given.value, given.key)
            if self._name:
                parts[self._name] = given.key
            return parts
        return self._open(given, given)

    def _open(self, node: Node, near: Node) -> _Parts:
        if self._cls is model.Dimension:
            node = shorthand.dimension(node)
        if isinstance(node, Scalar) and node.value is None:
            return self._parts(Mapping((), node.span), near, node)
        if self._short and isinstance(node, self._short[0]):
            return {self._short[1]: node}
        if not isinstance(node, Mapping):
            raise wrong("a mapping", node)
        return self._parts(node, near, node)

    def _parts(self, node: Mapping, near: Node, written: Node) -> _Parts:
        parts: _Parts = dict.fromkeys(self._optional)
        unknown: list[Problem] = []
        for entry in node.entries:
            if field := self._fields.get(entry.name):
                parts[field] = entry.value
            else:
                unknown.extend(shorthand.unknown_key(entry.key, self._known, node).problems)
        # The finding points at the name of what lacks a key; all of it has to go.
        missing = [
            Problem(
                problem(
                    MISSING_KEY, f"the key `{key}` is missing", near, help=f"add `{key}: …`"
                ).diagnostic,
                written,
            )
            for key in self._required
            if self._fields[key] not in parts
        ]
        if unknown or missing:
            raise MisreadError(*(unknown or missing))
        return parts
