"""The files of a book in, `Document`s out."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tallybook.read import rules
from tallybook.read.compose import compose
from tallybook.read.document import Document, Mapping, Scalar
from tallybook.text.kept import Kept
from tallybook.text.span import SourceText, Span, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.text.diagnostic import Findings

BOOK_FILE = "tallybook.yml"
_SUFFIXES = (".yml", ".yaml")
_SKIPPED = frozenset({"build", "node_modules"})
# What YAML lets no file hold, with the byte order mark inside a text. Python compiles the list of
# what it does let in at six times the cost.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)


def load(root: Path, findings: Findings, kept: Kept | None = None) -> tuple[Document, ...]:
    """Every YAML file at or below a folder: `tallybook.yml` first, the others by name.

    Files that cannot be read are findings and left out. Places are named relative to where `root`
    is relative to. A file with the bytes that it had before is the document that it was in `kept`.
    """
    known = kept or Kept()
    loaded = [_load_file(path, root, findings, known) for path in _files(root)]
    return tuple(document for document in loaded if document)


def load_text(
    source: SourceText, path: Path, findings: Findings, *, pure: bool = False
) -> Document | None:
    """A YAML text that is already read; None, with findings, where it holds no keys."""
    if found := _FORBIDDEN.search(source.text):
        _forbidden(source, found.start(), findings)
        return None
    before = len(findings)
    node = compose(source, findings, pure=pure)
    match node:
        case Mapping():
            return Document(path, source, node)
        case None | Scalar(value=None):
            if not findings.since(before):
                findings.add(rules.EMPTY_FILE, "the file holds nothing", whole(source))
        case _:
            findings.add(
                rules.NOT_A_MAPPING,
                "expected keys such as `metrics:` at the top of the file, found "
                + ("a text" if isinstance(node, Scalar) else "a list"),
                node.span,
            )
    return None


def _files(root: Path) -> Iterator[Path]:
    book = root / BOOK_FILE
    if book.is_file():
        yield book
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if _belongs(Path(folder, f)))
        for name in sorted(names):
            path = Path(folder, name)
            if name.endswith(_SUFFIXES) and not name.startswith(".") and path != book:
                yield path


def _belongs(folder: Path) -> bool:
    """Whether a folder is part of the book: not hidden, not built, not a book of its own."""
    hidden = folder.name.startswith(".") or folder.name in _SKIPPED
    return not hidden and not (folder / BOOK_FILE).is_file()


def _load_file(path: Path, root: Path, findings: Findings, kept: Kept) -> Document | None:
    name = path.as_posix()
    if not path.resolve().is_relative_to(root.resolve()):
        _unreadable(name, "is a link out of the book's folder", findings)
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        _unreadable(name, f"cannot be read: {(error.strerror or 'unknown').lower()}", findings)
        return None
    # Equal bytes of the same file are the same thing, though every round reads them anew.
    content = kept.same(path, data, bytes.__eq__)
    return kept.of(("document", path), (content,), partial(_loaded, path, data), findings)


def _loaded(path: Path, data: bytes, findings: Findings) -> Document | None:
    source = _decode(path.as_posix(), data, findings)
    return load_text(source, path, findings) if source else None


def _decode(name: str, data: bytes, findings: Findings) -> SourceText | None:
    try:
        return SourceText(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        # Offsets of bytes and letters differ: count the letters before the bad byte.
        shown = SourceText(name, data.decode("utf-8", errors="replace"))
        at = len(data[: error.start].decode("utf-8"))
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        findings.add(
            rules.NOT_UTF_8,
            "expected UTF-8, found "
            + ("UTF-16" if wide else f"the byte 0x{data[error.start]:02x}"),
            Span(shown, at, at + 1),
            help="save the file as UTF-8",
        )
        return None


def _forbidden(source: SourceText, at: int, findings: Findings) -> None:
    shown = SourceText(source.name, source.text.encode("utf-8", "replace").decode("utf-8"))
    findings.add(
        rules.CONTROL_CHARACTER,
        f"a YAML file cannot hold the character U+{ord(source.text[at]):04X}",
        Span(shown, at, at + 1),
        help="delete it",
    )


def _unreadable(name: str, why: str, findings: Findings) -> None:
    findings.add(rules.UNREADABLE_FILE, why, Span(SourceText(name, ""), 0, 0))
