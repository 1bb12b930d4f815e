"""Where a source's files are."""

from __future__ import annotations

import os
import re
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass
from tallybook.tables import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tallybook.declare.model import Source, Text
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

FileKind = Literal["csv", "parquet", "ndjson", "arrow", "xlsx"]
_KINDS: dict[str, FileKind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".xlsx": "xlsx",
}
_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{?\w+\}?|%\w+%|^~\w*(?=/|$)")
_BY_CONVENTION = (".parquet", ".csv", ".ndjson", ".arrow", ".xlsx")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one source, all of one kind; `span` is where the book names them."""

    kind: FileKind
    paths: tuple[Path, ...]
    span: Span

    @property
    def are_text(self) -> bool:
        """Whether their values are read out of text."""
        return self.kind in ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files are looked for: the book's folder, its data folder, and what else is allowed."""

    root: Path
    data: Path
    allowed: tuple[Path, ...] = ()

    def holds(self, path: Path) -> bool:
        """Whether a book may read a path, links followed."""
        resolved = path.resolve()
        inside = (self.root.resolve(), *(a.resolve() for a in self.allowed))
        return any(resolved.is_relative_to(folder) for folder in inside)


def locate(source: Source, folders: Folders, findings: Findings) -> Files | None:
    """The files of a source; None, with findings, where they are not there."""
    if not source.paths:
        return _by_convention(source, folders, findings)
    found: list[Path] = []
    for path in source.paths:
        found.extend(_named(source, path, folders, findings))
    kinds = {_KINDS.get(p.suffix.lower()) for p in found}
    if not found:
        return None
    kind = kinds.pop()
    if kind is None or kinds:
        findings.add(
            rules.UNREADABLE_FILE,
            f"the files of `{source.name}` must be of one known kind",
            source.paths[0].span,
            help=f"known endings are {', '.join(_KINDS)}",
        )
        return None
    return Files(kind, tuple(found), source.paths[0].span)


def _by_convention(source: Source, folders: Folders, findings: Findings) -> Files | None:
    for suffix in _BY_CONVENTION:
        path = folders.data / f"{source.name.value}{suffix}"
        if path.is_file():
            if folders.holds(path):
                return Files(_KINDS[suffix], (path,), source.name.span)
            _tell_outside(path, source.name.span, folders, findings)
            return None
    expected = folders.data / f"{source.name.value}.csv"
    findings.add(
        rules.MISSING_FILE,
        f"`{source.name}` has no `path`, and `{_shown(expected, folders)}` is not there",
        source.name.span,
        help=_nearest_file(expected, folders) or "add `path:` with the file's place in the book",
    )
    return None


def _named(source: Source, said: Text, folders: Folders, findings: Findings) -> Iterable[Path]:
    path = folders.root / said.value
    try:
        paths = _there(said.value, folders)
        outside = [p for p in paths or [path] if not folders.holds(p)]
    except (OSError, ValueError) as error:  # a name that cannot be, a pattern without meaning
        _tell_missing(source, said, _reason(error), None, findings)
        return ()
    if outside and not _URL.match(said.value):
        _tell_outside(outside[0] if paths else path, said.span, folders, findings)
        return ()
    if not paths:
        problem, help_ = _no_path(path, said.value)
        help_ = help_ or _nearest_file(path, folders)
        of = f"paths are relative to the folder of `tallybook.yml`: `{folders.root}`"
        _tell_missing(source, said, problem, help_ or of, findings)
    return paths


def _there(said: str, folders: Folders) -> list[Path]:
    """The files that a path or pattern means."""
    if not any(c in said for c in "*?["):
        path = folders.root / said
        return [path] if path.is_file() else []
    return sorted(folders.root.glob(said)) if _begins_inside(said, folders) else []


def _begins_inside(pattern: str, folders: Folders) -> bool:
    """Whether the search for files stays in the book's folder: a disk is large."""
    parts = Path(pattern).parts
    fixed = list(takewhile(lambda part: not any(c in part for c in "*?["), parts))
    goes_back = ".." in parts[len(fixed) :]
    return not goes_back and folders.holds(folders.root.joinpath(*fixed))


def _no_path(path: Path, said: str) -> tuple[str, str | None]:
    """What a path that leads to no file may be instead, and what to do about it."""
    if _URL.match(said):
        return "a URL is not read", "download the file into the book: nothing comes from a network"
    if found := _VARIABLE.search(said):
        return f"`{found[0]}` is not filled in", "write the path itself, from the book's folder"
    if path.is_dir():
        return "it is a folder", f"name its files: `{said.rstrip('/')}/*.csv`"
    if "\\" in said and os.sep == "/":
        return "", "write `/` between folders"
    return "", None


def _reason(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return (reason or "").lower()


def _tell_missing(
    source: Source, said: Text, problem: str, help_: str | None, findings: Findings
) -> None:
    why = f"; {problem}" if problem else ""
    findings.add(
        rules.MISSING_FILE,
        f"the file of `{source.name}` is not there: `{said.value}`{why}",
        said.span,
        help=help_,
    )


def _tell_outside(path: Path, span: Span, folders: Folders, findings: Findings) -> None:
    """Say of a path that it leads out of the book's folder, by itself or by a link on its way."""
    written = Path(os.path.normpath(path.absolute()))
    by_link = written.is_relative_to(folders.root.absolute()) and written.exists()
    how = "is a link that leads out" if by_link else "leads out"
    findings.add(
        rules.OUTSIDE_BOOK,
        f"`{_shown(path, folders)}` {how} of the book's folder",
        span,
        help="copy the file into the book",
    )


def _nearest_file(path: Path, folders: Folders) -> str | None:
    folder = path.parent
    if not folder.is_dir() or not folders.holds(folder):
        return None
    names = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in _KINDS)
    import difflib

    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean `{_shown(folder / near[0], folders)}`?" if near else None


def _shown(path: Path, folders: Folders) -> str:
    try:
        return path.relative_to(folders.root).as_posix()
    except ValueError:
        return str(path)
