"""The trees of formulas that earlier runs have read, so that most runs need no parser.

Importing Lark and making its lexer costs as much as reading two hundred formulas, and a formula
that did not change has the tree that it had. A tree depends on nothing but the formula's text and
this package's grammar, so that there is nothing else to compare.

They are kept in the user's own cache folder as JSON: reading that runs no code, and makes nothing
but nodes of `syntax`. One line has all formulas, the next where the tree of each ends in the last,
so that of the trees of other books a run looks at no more than the sum of the file.
"""

from __future__ import annotations

import atexit
import datetime as dt
import json
import os
import zlib
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallybook.parse import syntax
from tallybook.paths import GRAMMAR
from tallybook.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tallybook.text.span import SourceText

_MOST = 4_000_000  # letters that are kept
_NODES = tuple(
    kind
    for _, kind in sorted(vars(syntax).items())
    if isinstance(kind, type) and kind.__module__ == syntax.__name__
)
_NUMBERS = {kind: number for number, kind in enumerate(_NODES)}
_SPAN, _TUPLE, _DATE, _DATETIME = "s", "t", "d", "dt"


def recalled(span: Span) -> syntax.Expr | None:
    """The tree of a formula that was read before, with the places that it has here."""
    kept = _store().tree(json.dumps(span.text))
    if kept is None:
        return None
    tree: syntax.Expr = decoded(json.loads(kept), span.source, span.start)
    return tree


def remember(span: Span, tree: syntax.Expr) -> None:
    """Keep a tree for this run, and at its end for others."""
    known = _store()
    if not known.is_new:
        known.is_new = True
        atexit.register(_write)
    text = json.dumps(encoded(tree, span.start), separators=(",", ":"))
    known.used[json.dumps(span.text)] = text.encode("ascii")


# Trees as JSON


def encoded(value: Any, start: int) -> Any:
    """A node, or what it is made of, as JSON has it; places count from the formula's start."""
    match value:
        case Span():
            return [_SPAN, value.start - start, value.end - start]
        case tuple():
            return [_TUPLE, *(encoded(v, start) for v in value)]
        case dt.datetime():
            return [_DATETIME, value.isoformat()]
        case dt.date():
            return [_DATE, value.isoformat()]
        case None | bool() | int() | float() | str():
            return value
    kind = type(value)
    return [_NUMBERS[kind], *(encoded(getattr(value, n), start) for n in kind.__match_args__)]


def decoded(value: Any, source: SourceText, start: int) -> Any:
    """What `encoded` was given, for the same formula at another place."""
    if type(value) is not list:
        return value
    head = value[0]
    if head == _SPAN:
        return Span(source, start + value[1], start + value[2])
    if type(head) is int:
        return _NODES[head](*[decoded(v, source, start) for v in value[1:]])
    if head == _TUPLE:
        return tuple([decoded(v, source, start) for v in value[1:]])
    return (dt.datetime if head == _DATETIME else dt.date).fromisoformat(value[1])


# The file of trees


class _Store:
    """The trees in the file, by number where each ends, and those that this run has used."""

    def __init__(self, formulas: Sequence[str], ends: Sequence[bytes], trees: bytes) -> None:
        self._numbers = dict(zip(formulas, range(len(ends)), strict=True))
        self._ends = ends
        self._trees = trees
        self.used: dict[str, bytes] = {}
        self.is_new = False

    def tree(self, key: str) -> bytes | None:
        """The tree of a formula, if it is known."""
        if key not in self.used and key in self._numbers:
            self.used[key] = self._kept(key)
        return self.used.get(key)

    def _kept(self, key: str) -> bytes:
        number = self._numbers[key]
        start = int(self._ends[number - 1]) if number else 0
        return self._trees[start : int(self._ends[number])]

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Every formula with its tree: first what this run has used."""
        yield from sorted(self.used.items())
        for key in self._numbers:
            if key not in self.used:
                yield key, self._kept(key)


@cache
def _store() -> _Store:
    return _read() or _Store((), (), b"")


def _read() -> _Store | None:
    """What the file holds, if it is of this grammar and whole."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        with (folder / _FILE).open("rb") as file:
            head, *lines = file.readline(), file.readline(), file.readline(), file.read()
        if head != _head(*lines):
            return None
        formulas, ends, trees = lines
        return _Store(formulas.decode("ascii").rstrip("\n").split("\t"), ends.split(), trees)
    except (OSError, ValueError):
        return None


def _write() -> None:
    """Put a new file in the place of the old one: first what this run has used."""
    folder, known = cache_folder(), _store()
    if folder is None:
        return
    lines = _lines(known.all())
    beside = folder / f".{_FILE}.{os.getpid()}"
    try:
        beside.write_bytes(b"".join((_head(*lines), *lines)))
        beside.replace(folder / _FILE)
    except OSError:
        beside.unlink(missing_ok=True)


def _lines(kept: Iterable[tuple[str, bytes]]) -> tuple[bytes, bytes, bytes]:
    """Formulas, ends and trees, of as many as may be kept."""
    formulas: list[str] = []
    trees: list[bytes] = []
    length = 0
    for formula, tree in kept:
        length += len(formula) + len(tree)
        if length > _MOST:
            break
        formulas.append(formula)
        trees.append(tree)
    ends = " ".join(map(str, accumulate(map(len, trees))))
    return (
        "\t".join(formulas).encode("ascii") + b"\n",
        ends.encode("ascii") + b"\n",
        b"".join(trees),
    )


_FILE = "formulas.txt"


def _head(*lines: bytes) -> bytes:
    total = 0
    for line in lines:
        total = zlib.crc32(line, total)
    return b"tallybook formulas %d %d\n" % (_version(), total)


@cache
def _version() -> int:
    """A number for all that a tree depends on besides the formula."""
    here = Path(__file__).parent
    modules = (here / f"{name}.py" for name in ("syntax", "builder", "lalr", "trees"))
    return zlib.crc32(b"".join(p.read_bytes() for p in (GRAMMAR / "formula.lark", *modules)))


@cache
def cache_folder() -> Path | None:
    """The user's own cache folder for this program, or None where there is none to be trusted."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tallybook"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except (OSError, RuntimeError):  # no home, or none that can be written to
        return None
    if os.name == "posix" and (found.st_uid != os.getuid() or found.st_mode & 0o022):
        return None  # others could have written what lies there
    return folder
