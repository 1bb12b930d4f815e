"""CSV files as columns of text: headers, samples, and the lines that values stand in."""

from __future__ import annotations

import codecs
import csv
from itertools import islice
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.tables import rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tallybook.declare.model import ReadOptions
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

SAMPLE_ROWS = 1000
_GUESSED_SEPARATORS = (",", ";", "\t", "|")
csv.field_size_limit(2**27)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file's fields are cut, and which texts are no value."""

    separator: str | None = None
    encoding: str = "utf-8-sig"
    skip_rows: int = 0
    nulls: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a file and its first rows, as text; None is no value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    separator: str


def dialect(options: ReadOptions | None) -> Dialect:
    """The dialect that a source's `read` declares."""
    if options is None:
        return Dialect()
    encoding = options.encoding.value if options.encoding else "utf-8"
    if encoding.lower().replace("_", "-") in ("utf8", "utf-8"):
        encoding = "utf-8-sig"
    return Dialect(
        options.separator.value if options.separator else None,
        encoding,
        options.skip_rows or 0,
        options.nulls if options.nulls is not None else ("",),
    )


def known_encoding(name: str) -> bool:
    """Whether Python can decode it."""
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def read_head(path: Path, how: Dialect, span: Span, findings: Findings) -> Head | None:
    """Header and sample; None, with findings, where the file is empty or not text."""
    try:
        with path.open(encoding=how.encoding, newline="") as file:
            for _ in range(how.skip_rows):
                file.readline()
            first = file.readline()
            separator = how.separator or _guess(first)
            reader = csv.reader(_again(first, file), delimiter=separator)
            rows = list(islice(reader, SAMPLE_ROWS + 1))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        findings.add(
            rules.UNREADABLE_FILE,
            f"`{path.name}` cannot be read as text: {_reason(error)}",
            span,
            help="say how it is written: `read: {encoding: cp1252}`"
            if isinstance(error, UnicodeDecodeError)
            else None,
        )
        return None
    if not rows or not any(rows[0]):
        findings.add(
            rules.EMPTY_FILE,
            f"`{path.name}` is empty: not even a header",
            span,
            help="was the export finished?",
        )
        return None
    return _head(path, rows, how, separator, span, findings)


def _reason(error: Exception) -> str:
    match error:
        case UnicodeDecodeError():
            return f"byte {error.object[error.start]:#04x} at {error.start} is not {error.encoding}"
        case OSError():
            return (error.strerror or str(error)).lower()
        case _:
            return str(error)


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _guess(header: str) -> str:
    """The separator that the header has most of; the comma where it has none."""
    return max(_GUESSED_SEPARATORS, key=header.count)


def _head(
    path: Path,
    rows: list[list[str]],
    how: Dialect,
    separator: str,
    span: Span,
    findings: Findings,
) -> Head | None:
    columns = tuple(rows[0])
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        findings.add(
            rules.DUPLICATE_HEADER,
            f"`{path.name}` has the column `{twice[0]}` {columns.count(twice[0])} times",
            span,
            help="give each column a name of its own in the file",
        )
        return None
    nulls = frozenset(how.nulls)
    sample = tuple(
        tuple(None if field in nulls else field for field in row) for row in rows[1:] if row
    )
    return Head(columns, sample, separator)


def lines_of(path: Path, how: Dialect, separator: str, rows: list[int]) -> list[int]:
    """The lines (from 1) on which data rows (from 0) end; fields may hold line breaks."""
    wanted, lines = frozenset(rows), []
    with path.open(encoding=how.encoding, newline="") as file:
        for _ in range(how.skip_rows):
            file.readline()
        reader = csv.reader(file, delimiter=separator)
        next(reader, None)
        filled = (row for row in reader if row)
        for number, _ in enumerate(filled):
            if number in wanted:
                lines.append(reader.line_num + how.skip_rows)
            if len(lines) == len(wanted):
                break
    return lines
