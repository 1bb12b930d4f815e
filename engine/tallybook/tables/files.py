"""Where a source's files are."""

from __future__ import annotations

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
        if path.is_file() and folders.holds(path):
            return Files(_KINDS[suffix], (path,), source.name.span)
    expected = folders.data / f"{source.name.value}.csv"
    findings.add(
        rules.MISSING_FILE,
        f"`{source.name}` has no `path`, and `{_shown(expected, folders)}` is not there",
        source.name.span,
        help=_nearest_file(expected, folders) or "add `path:` with the file's place in the book",
    )
    return None


def _named(source: Source, said: Text, folders: Folders, findings: Findings) -> Iterable[Path]:
    pattern = folders.root / said.value
    if any(c in said.value for c in "*?["):
        relative = not Path(said.value).is_absolute()
        paths = sorted(folders.root.glob(said.value)) if relative else []
    else:
        paths = [pattern] if pattern.is_file() else []
    outside = [p for p in paths or [pattern] if not folders.holds(p)]
    if outside:
        findings.add(
            rules.OUTSIDE_BOOK,
            f"`{said.value}` leads out of the book's folder",
            said.span,
            help="copy the file into the book",
        )
        return ()
    if not paths:
        findings.add(
            rules.MISSING_FILE,
            f"the file of `{source.name}` is not there: `{said.value}`",
            said.span,
            help=_nearest_file(pattern, folders)
            or f"paths are relative to the folder of `tallybook.yml`: `{folders.root}`",
        )
    return paths


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
