"""YAML events in, nodes out. The one module that knows PyYAML's parser.

The events are read directly, not through PyYAML's composer: its resolver is that of YAML 1.1, its
nodes do not say where the content of a scalar lies, and it nests as deeply as the file asks.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from yaml import events as ev
from yaml.error import MarkedYAMLError, YAMLError

from tallybook.read import rules
from tallybook.read.document import Entry, Mapping, Node, Scalar, Sequence
from tallybook.read.scalars import STYLES, after_properties, content, is_escaped, plain_value
from tallybook.read.syntax import Trouble, explain
from tallybook.text.diagnostic import Related
from tallybook.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import SourceText

_DEEPEST = 60
_MOST_ALIASED = 10_000  # values that aliases may stand for in one file
_TEXT_TAG = "tag:yaml.org,2002:str"


class UnreadableError(Exception):
    """The rest of the file cannot be read; the finding is already noted."""


def compose(source: SourceText, findings: Findings, *, pure: bool = False) -> Node | None:
    """The value of a YAML text, or None where there is none or it cannot be read.

    `pure` asks for PyYAML's Python parser even where the C one is there.
    """
    with no_garbage_collection():
        composer = _Composer(source, findings, _events(source.text, pure=pure))
        try:
            return composer.document()
        except MarkedYAMLError as error:
            _note(explain(source, _trouble(error)), source, findings)
        except YAMLError as error:
            _note(explain(source, Trouble(str(error), 0)), source, findings)
        except UnreadableError:
            pass
        return None


def _events(text: str, *, pure: bool) -> Any:
    """PyYAML's event parser: the C one, or the Python one where PyYAML was built without it."""
    if not pure:
        try:
            from yaml._yaml import CParser
        except ImportError:
            pass
        else:
            return CParser(text)
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class Pure(Reader, Scanner, Parser):
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)

    return Pure(text)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Nothing that is made of a book is garbage, and looking for some nearly doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _trouble(error: MarkedYAMLError) -> Trouble:
    mark = error.problem_mark or error.context_mark
    return Trouble(
        error.problem or "",
        mark.index if mark else 0,
        error.context or "",
        error.context_mark.index if error.context_mark else None,
    )


def _note(explained: tuple[int, str, str | None], source: SourceText, findings: Findings) -> None:
    at, message, advice = explained
    end = min(at + 1, len(source.text))
    findings.add(rules.YAML_SYNTAX, message, Span(source, min(at, end), end), help=advice)


class _Composer:
    """Reads one document. Anchors hold a node and the number of values in it."""

    def __init__(self, source: SourceText, findings: Findings, parser: Any) -> None:
        self._source = source
        self._text = source.text
        self._findings = findings
        self._next = parser.get_event
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._open: set[str] = set()
        self._count = 0
        self._aliased = 0

    def document(self) -> Node | None:
        self._next()  # the start of the stream
        first = self._next()
        if isinstance(first, ev.StreamEndEvent):
            return None
        node = self._node(self._next(), 0)
        self._next()  # the end of the document
        following = self._next()
        if not isinstance(following, ev.StreamEndEvent):
            self._error(
                rules.SEVERAL_DOCUMENTS,
                "a file holds one YAML document, found a second one here",
                *self._range(following, 3),
                help="make each document a file, or delete this line",
            )
        return node

    def _node(self, event: Any, depth: int) -> Node:
        start = event.start_mark.index
        # Nearly every event is a scalar without an anchor or a tag: it takes the short way.
        if type(event) is ev.ScalarEvent and event.tag is None and event.anchor is None:
            self._count += 1
            return self._scalar(event, start)
        if isinstance(event, ev.AliasEvent):
            return self._alias(event)
        if event.tag is not None or event.anchor is not None:
            start = self._behind_properties(event)
        if event.anchor is not None:
            return self._anchored(event, start, depth)
        return self._value(event, start, depth)

    def _value(self, event: Any, start: int, depth: int) -> Node:
        self._count += 1
        if isinstance(event, ev.ScalarEvent):
            return self._scalar(event, start)
        if depth > _DEEPEST:
            self._error(
                rules.YAML_TOO_LARGE,
                f"nested more than {_DEEPEST} levels deep",
                *self._range(event, 1),
            )
            raise UnreadableError
        if isinstance(event, ev.MappingStartEvent):
            return self._mapping(start, event.flow_style, depth)
        return self._sequence(start, event.flow_style, depth)

    def _scalar(self, event: Any, start: int) -> Scalar:
        value, end = event.value, event.end_mark.index
        style = STYLES[event.style]
        if style == "plain":
            # A plain scalar is anything but text unless its tag says so; other tags are findings.
            is_text = event.tag in ("!", _TEXT_TAG)
            resolved = value if is_text else plain_value(value)
            return Scalar(resolved, Span(self._source, start, end))
        start, end = content(self._text, start, end, style)
        escaped = is_escaped(self._text[start:end], style)
        return Scalar(value, Span(self._source, start, end), style, escaped)

    def _mapping(self, start: int, flow: bool | None, depth: int) -> Mapping:
        entries: list[Entry] = []
        seen: dict[object, Scalar] = {}
        while type(event := self._next()) is not ev.MappingEndEvent:
            key = self._text_key(self._node(event, depth + 1))
            value = self._node(self._next(), depth + 1)
            if key is None:
                continue
            first = seen.setdefault(key.value, key)
            if first is key:
                entries.append(Entry(key, value))
            else:
                self._duplicate(key, first)
        last = entries[-1].value if entries else None
        return Mapping(tuple(entries), self._span(start, event, flow, last))

    def _sequence(self, start: int, flow: bool | None, depth: int) -> Sequence:
        items: list[Node] = []
        while type(event := self._next()) is not ev.SequenceEndEvent:
            items.append(self._node(event, depth + 1))
        last = items[-1] if items else None
        return Sequence(tuple(items), self._span(start, event, flow, last))

    def _span(self, start: int, event: Any, flow: bool | None, last: Node | None) -> Span:
        """A block ends with its last value, not with the comments and blank lines behind it."""
        end = event.end_mark.index
        if not flow:
            end = max(start, last.span.end) if last else start
        return Span(self._source, start, end)

    def _anchored(self, event: Any, start: int, depth: int) -> Node:
        before = self._count
        self._open.add(event.anchor)
        node = self._value(event, start, depth)
        self._open.discard(event.anchor)
        self._anchors[event.anchor] = (node, self._count - before)
        return node

    def _alias(self, event: Any) -> Node:
        found = self._anchors.get(event.anchor)
        if event.anchor in self._open or found is None:
            problem = "stands inside its own anchor" if found else "names no anchor above it"
            self._error(
                rules.YAML_ALIAS,
                f"the alias `*{event.anchor}` {problem}",
                *self._range(event, 1),
                help="put a text that begins with `*` in quotes or under `|`",
            )
            raise UnreadableError
        node, size = found
        self._count += size
        self._aliased += size
        if self._aliased > _MOST_ALIASED:
            self._error(
                rules.YAML_TOO_LARGE,
                f"aliases stand for more than {_MOST_ALIASED} values",
                *self._range(event, 1),
            )
            raise UnreadableError
        return node

    def _behind_properties(self, event: Any) -> int:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, ev.CollectionStartEvent):
            end = len(self._text)
        if event.tag not in (None, "!", _TEXT_TAG) or (
            event.tag and isinstance(event, ev.CollectionStartEvent)
        ):
            self._error(
                rules.YAML_TAG,
                "a value has no YAML tag, found one here",
                *self._range(event, 1),
                help="leave the tag out; put a text that begins with `!` in quotes or under `|`",
            )
        return after_properties(self._text, start, end)

    def _text_key(self, key: Node) -> Scalar | None:
        if isinstance(key, Scalar) and isinstance(key.value, str):
            return key
        shown = key.span.text.split("\n", 1)[0] if isinstance(key, Scalar) else ""
        self._findings.add(
            rules.KEY_NOT_TEXT,
            f"a key is a text, found {_kind(key)}",
            key.span,
            help=f'put it in quotes: `"{shown}"`' if shown else None,
        )
        return None

    def _duplicate(self, key: Scalar, first: Scalar) -> None:
        self._findings.add(
            rules.DUPLICATE_KEY,
            f"the key `{key.value}` stands here a second time",
            key.span,
            help="keep one of them",
            related=[Related(first.span, "first one here")],
        )

    def _range(self, event: Any, least: int) -> tuple[int, int]:
        start, end = event.start_mark.index, event.end_mark.index
        return start, max(end, min(start + least, len(self._text)))

    def _error(self, rule: Any, message: str, start: int, end: int, **more: Any) -> None:
        self._findings.add(rule, message, Span(self._source, start, end), **more)


def _kind(node: Node) -> str:
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool()):
            return f"`{node.span.text}`"
        case Scalar():
            return "a number"
