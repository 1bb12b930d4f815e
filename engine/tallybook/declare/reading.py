"""From a YAML node to a value of a declared type, by the type's annotations.

All faults of an item are collected: whatever reads a part raises `MisreadError`, and what is made
of parts reads them all before it raises one with the problems of each.
"""

from __future__ import annotations

import sys
from dataclasses import MISSING, fields
from functools import cache, partial
from types import SimpleNamespace
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from tallybook.declare import model, readers, shorthand
from tallybook.declare.misread import MisreadError, Problem, problem, wrong
from tallybook.declare.rules import MISSING_KEY
from tallybook.declare.shape import ByKey, Leaf, OneOf, Opened
from tallybook.read.document import Entry, Mapping, Node, Scalar, Sequence
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
    model.DimensionMember: shorthand.member,
    model.Group: shorthand.group,
    model.Score: shorthand.score,
}
# The field that a value stands for where it is no mapping.
_SHORT: dict[type, tuple[type, str]] = {
    model.Column: (Scalar, "type"),
    model.Dimension: (Scalar, "of"),
    model.Alternative: (Scalar, "formula"),
    model.UnionColumn: (Scalar, "formula"),
    model.Scope: (Scalar, "condition"),
    model.Benchmark: (Scalar, "value"),
    model.FunnelStage: (Scalar, "metric"),
    model.Funnel: (Sequence, "stages"),
}


def read(of: type[T], given: Node | Entry, findings: Findings) -> T | None:
    """What a node, or a name and a node, declares, less the parts that are findings.

    None where nothing is left of it.
    """
    reader: Callable[[Any], T] = _reader(cast("Any", of))  # mypy has no hash for a type
    left: Node | Entry | None = given
    dropped: set[_Identity] = set()
    while left is not None:
        try:
            return reader(left)
        except MisreadError as error:
            problems = error.problems
        findings.extend(p.diagnostic for p in problems if not _covers(p.node, dropped))
        dropped |= {_identity(p.node) for p in problems}
        before, left = left, _without(left, dropped)
        if left == before:
            break
    return _bare(reader, given.key) if isinstance(given, Entry) else None


def _bare(reader: Callable[[Any], T], key: Scalar) -> T | None:
    """The name alone, where its type can do without the rest: others may ask for it."""
    try:
        return reader(Entry(key, Scalar(None, key.span)))
    except MisreadError:
        return None


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


# From annotations to readers


@cache
def _reader(of: Any) -> Callable[[Any], Any]:
    """The function that reads what an annotation says."""
    if of in _READERS:
        return _READERS[of]
    if get_origin(of) is Annotated:
        inner, mark = get_args(of)
        return _marked(inner, mark)
    if type(None) in get_args(of):  # what is not said is not read
        (said,) = (kind for kind in get_args(of) if kind is not type(None))
        return _reader(said)
    return _Fields(of)


def _marked(of: Any, mark: object) -> Callable[[Any], Any]:
    match mark:
        case Leaf(read=function):
            return function
        case Opened(open=parts):
            return partial(_several, parts, _reader(get_args(of)[0]))
        case OneOf():
            return partial(_word, get_args(of))
        case ByKey():
            return partial(_by_key, {_own_key(kind): kind for kind in get_args(of)})
    raise TypeError(f"{mark} does not say how {of} is read")


def _several(
    parts: Callable[[Any], Iterable[Any]], read_one: Callable[[Any], Any], node: Node
) -> tuple[Any, ...]:
    """The values of a list, or the problems of all of them."""
    values: list[Any] = []
    problems: list[Problem] = []
    for part in parts(node):
        try:
            values.append(read_one(part))
        except MisreadError as error:
            problems.extend(error.problems)
    if problems:
        raise MisreadError(*problems)
    return tuple(values)


def _word(words: tuple[str, ...], node: Node) -> str:
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


_TWO = 2


def _by_key(kinds: dict[str, type], node: Node) -> Any:
    """The type whose key is the first of all that a mapping has."""
    if not isinstance(node, Mapping):
        raise wrong(f"a mapping with one of {name_list(kinds)}", node)
    key = next((e.name for e in node.entries if e.name in kinds), None)
    if key is None:
        raise MisreadError(
            problem(MISSING_KEY, f"expected one of {name_list(kinds)}, found none", node)
        )
    return _reader(kinds[key])(node)


def _own_key(kind: type) -> str:
    """The first required key of a kind of section."""
    return next(f.name for f in fields(kind) if f.default is MISSING and not f.metadata)


class _Fields:
    """Reads a type field by field."""

    def __init__(self, of: type) -> None:
        self._of = of
        self._open = _Opener(of)
        self._readers: dict[str, Callable[[Any], Any]] = {}

    def __call__(self, given: Node | Entry) -> Any:
        """An object of the type, or the problems of all of its fields."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, node in self._open(given).items():
            try:
                values[name] = None if node is None else self._reader(name)(node)
            except MisreadError as error:
                problems.extend(error.problems)
        if problems:
            raise MisreadError(*problems)
        return self._of(**values)

    def _reader(self, name: str) -> Callable[[Any], Any]:
        if name not in self._readers:
            self._readers[name] = _reader(_type_of(self._of, name))
        return self._readers[name]


def _type_of(of: type, name: str) -> Any:
    """The type of a field: a book uses few of all, and each is a text to be evaluated."""
    alone = SimpleNamespace(__annotations__={name: of.__annotations__[name]})
    names = vars(sys.modules[of.__module__])
    return get_type_hints(alone, globalns=names, include_extras=True)[name]


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
