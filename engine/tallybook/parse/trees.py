"""The trees of formulas that earlier runs have read, so that most runs need no parser.

Importing Lark and making its lexer costs as much as reading two hundred formulas, and a formula
that did not change has the tree that it had. A tree depends on nothing but the formula's text and
this package's grammar, so that there is nothing else to compare.

They are kept in the user's own cache folder as JSON, a formula a line: reading that runs no code,
and makes nothing but nodes of `syntax`.
"""

from __future__ import annotations

import atexit
import datetime as dt
import json
import os
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallybook.parse import syntax
from tallybook.paths import GRAMMAR
from tallybook.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    known = _store()
    key = json.dumps(span.text)
    line = known.of_formula.get(key)
    if line is None:
        return None
    known.used.add(key)
    tree: syntax.Expr = decoded(json.loads(line), span.source, span.start)
    return tree


def remember(span: Span, tree: syntax.Expr) -> None:
    """Keep a tree for this run, and at its end for others."""
    known = _store()
    if not known.is_new:
        known.is_new = True
        atexit.register(_write)
    key = json.dumps(span.text)
    known.used.add(key)
    known.of_formula[key] = json.dumps(encoded(tree, span.start), separators=(",", ":"))


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
    """Lines of JSON by formula, and which of them this run has used."""

    def __init__(self, of_formula: dict[str, str]) -> None:
        self.of_formula = of_formula
        self.used: set[str] = set()
        self.is_new = False


@cache
def _store() -> _Store:
    return _Store(_read())


def _read() -> dict[str, str]:
    """The lines of the file, if it is of this grammar and whole."""
    folder = cache_folder()
    if folder is None:
        return {}
    try:
        head, _, body = (folder / _FILE).read_text(encoding="ascii").partition("\n")
    except (OSError, ValueError):
        return {}
    if head != _head(body):
        return {}
    lines = (line.partition("\t") for line in body.split("\n") if line)
    return {key: tree for key, _, tree in lines}


def _write() -> None:
    """Put a new file in the place of the old one: first what this run has used."""
    folder, known = cache_folder(), _store()
    if folder is None:
        return
    others = (key for key in known.of_formula if key not in known.used)
    body = _body(known.of_formula, (*sorted(known.used), *others))
    beside = folder / f".{_FILE}.{os.getpid()}"
    try:
        beside.write_text(f"{_head(body)}\n{body}", encoding="ascii")
        beside.replace(folder / _FILE)
    except OSError:
        beside.unlink(missing_ok=True)


def _body(trees: Mapping[str, str], keys: tuple[str, ...]) -> str:
    lines, length = [], 0
    for key in keys:
        line = f"{key}\t{trees[key]}\n"
        length += len(line)
        if length > _MOST:
            break
        lines.append(line)
    return "".join(lines)


_FILE = "formulas.txt"


def _head(body: str) -> str:
    return f"tallybook formulas {_version()} {zlib.crc32(body.encode('ascii'))}"


@cache
def _version() -> int:
    """A number for all that a tree depends on besides the formula."""
    here = Path(__file__).parent
    made_by = (GRAMMAR / "formula.lark", *(here / f"{n}.py" for n in ("syntax", "builder", "lalr")))
    return zlib.crc32(b"".join(path.read_bytes() for path in made_by))


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
