"""The columns of a source as its files' headers have them, without an engine for CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.language.types import Type
from tallybook.tables.files import locate
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.declare import model as declared
    from tallybook.resolve.model import Table
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
        from tallybook.tables.text_headers import text_types

        return text_types(files, source, findings)
    if files.kind == "parquet":
        from tallybook.tables.parquet import parquet_types

        known = parquet_types(files.paths)
        if known is not None:
            return known
    from tallybook.tables.typed_files import scan, types_of

    frame = scan(files, findings)
    return types_of(frame.collect_schema()) if frame is not None else None
