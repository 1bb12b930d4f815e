"""The columns of a source as its files' headers have them, without an engine for CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.language.types import Type
from tallybook.tables import rules
from tallybook.tables.csv_text import known_encoding, read_head
from tallybook.tables.dialect import dialect
from tallybook.tables.files import locate
from tallybook.tables.infer import infer
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tallybook.declare import model as declared
    from tallybook.resolve.model import Table
    from tallybook.tables.dialect import Dialect, Head
    from tallybook.tables.files import Files, Folders


@dataclass(frozen=True, slots=True)
class HeaderReader:
    """Reads no more of the data than its columns: enough for checking a book."""

    folders: Folders

    def __call__(self, source: declared.Source, findings: Findings) -> Mapping[str, Type] | None:
        """Names and types of a source's columns, as its files have them."""
        files = locate(source, self.folders, findings)
        return file_types(files, source, findings) if files is not None else None

    def derived(
        self, source: declared.Source, tables: Mapping[str, Table], findings: Findings
    ) -> Mapping[str, Type] | None:
        """Names and types of the columns that a source's SQL gives."""
        from tallybook.tables.derived import derived_types

        return derived_types(source, tables, findings)

    def has_data(self, source: declared.Source) -> bool:
        """Whether there are files for a source."""
        return locate(source, self.folders, Findings()) is not None


class DeclaredColumns(HeaderReader):
    """Reads the columns of files that are there; of others, takes what the book declares of all.

    A source is never absent: that is for asking a book of rows that are not in its files.
    """

    __slots__ = ()

    def __call__(self, source: declared.Source, findings: Findings) -> Mapping[str, Type] | None:
        """Names and types of a source's columns."""
        unread = Findings()
        files = locate(source, self.folders, unread)
        in_file = file_types(files, source, unread) if files is not None else None
        stored = [c for c in source.columns if c.formula is None]
        if in_file is None and not (stored and all(c.type for c in stored)):
            findings.extend(unread.in_file_order())
            return None
        said = {
            c.from_.value if c.from_ else c.name.value: Type(c.type.kind)
            for c in stored
            if c.type is not None
        }
        return {**said, **(in_file or {})}

    def has_data(self, source: declared.Source) -> bool:  # noqa: ARG002 - as the protocol has it
        """Whether a source can be asked: every one can."""
        return True


def file_types(
    files: Files, source: declared.Source, findings: Findings
) -> Mapping[str, Type] | None:
    """Names and types of the columns of files; None, with findings, where they cannot be read."""
    if files.are_text:
        return _text_types(files, source, findings)
    from tallybook.tables.typed_files import scan, types_of

    frame = scan(files, findings)
    return types_of(frame.collect_schema()) if frame is not None else None


def heads_of(
    files: Files, source: declared.Source, how: Dialect, findings: Findings
) -> list[Head] | None:
    """The header of every file; None, with findings, where one cannot be read or they differ."""
    if not known_encoding(how.encoding):
        findings.add(
            rules.UNREADABLE_FILE,
            f"`{how.encoding}` is not an encoding",
            files.span,
            help="for example `utf8`, `cp1252`, `utf-16`",
        )
        return None
    heads: list[Head] = []
    for path in files.paths:
        head = _head(path, files, how, findings)
        if head is None:
            return None
        if heads and set(head.columns) != set(heads[0].columns):
            odd = min(set(head.columns) ^ set(heads[0].columns))
            findings.add(
                rules.UNREADABLE_FILE,
                f"the files of `{source.name}` differ: `{odd}` is not in all of them",
                files.span,
                help=f"compare `{path.name}` with `{files.paths[0].name}`",
            )
            return None
        heads.append(head)
    return heads


def _head(path: Path, files: Files, how: Dialect, findings: Findings) -> Head | None:
    if files.kind == "csv":
        return read_head(path, how, files.span, findings)
    from tallybook.tables.sheet_text import read_sheet_head

    return read_sheet_head(path, how, files.span, findings)


def _text_types(
    files: Files, source: declared.Source, findings: Findings
) -> dict[str, Type] | None:
    heads = heads_of(files, source, dialect(source.read), findings)
    if heads is None:
        return None
    declared_types = {
        c.from_.value if c.from_ else c.name.value for c in source.columns if c.type is not None
    }
    return {
        name: Type.STRING if name in declared_types else infer(_values(heads, name))
        for name in heads[0].columns
        if name.strip()
    }


def _values(heads: list[Head], name: str) -> Iterable[str | None]:
    for head in heads:
        position = head.columns.index(name)
        yield from (row[position] if position < len(row) else None for row in head.rows)
