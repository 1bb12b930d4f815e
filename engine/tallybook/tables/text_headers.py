"""Headers of files of text, and the types that the first rows below them look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.language.types import Type
from tallybook.tables import rules
from tallybook.tables.csv_text import known_encoding, read_head
from tallybook.tables.dialect import dialect
from tallybook.tables.infer import infer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tallybook.declare import model as declared
    from tallybook.tables.dialect import Dialect, Head
    from tallybook.tables.files import Files
    from tallybook.text.diagnostic import Findings


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
    options = source.read
    if options and options.thousands and options.decimal_comma and options.thousands.value == ",":
        findings.add(
            rules.UNREADABLE_FILE,
            "the comma cannot part thousands and stand before decimals",
            options.thousands.span,
            help='`thousands: "."`, or leave `decimal_comma` out',
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


def text_types(files: Files, source: declared.Source, findings: Findings) -> dict[str, Type] | None:
    """Names and types of the columns of text files; None, with findings, as `heads_of`."""
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
