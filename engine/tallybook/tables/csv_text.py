"""CSV files as text: their headers, a sample of their rows, and why they cannot be read."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, TextIO

from tallybook.tables import rules
from tallybook.tables.dialect import SAMPLE_ROWS, Head

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.tables.dialect import Dialect
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_MOST_COLUMNS = 20_000  # a workbook has up to 16,384
_GUESSED_SEPARATORS = (",", ";", "\t", "|")
csv.field_size_limit(2**27)


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
            if first.count(separator) >= _MOST_COLUMNS:
                _tell_wide(path, first.count(separator) + 1, span, findings)
                return None
            reader = csv.reader(chain((first,), file), delimiter=separator)
            rows = [(reader.line_num, row) for row in islice(reader, SAMPLE_ROWS + 1)]
    except (OSError, UnicodeError, csv.Error) as error:
        tell_unreadable(path, error, span, findings)
        return None
    if not rows or not holds_anything(rows[0][1]):
        findings.add(
            rules.EMPTY_FILE,
            f"`{path.name}` is empty: not even a header",
            span,
            help="was the export finished?",
        )
        return None
    columns = tuple(rows[0][1])
    if told_twice(columns, path, span, findings):
        return None
    filled = [(line, row) for line, row in rows[1:] if holds_anything(row)]
    for line, row in filled:
        if len(row) != len(columns):
            tell_uneven(path, len(columns), (how.skip_rows + line, len(row)), span, findings)
            return None
    nulls = frozenset(how.nulls)
    sample = tuple(tuple(None if field in nulls else field for field in row) for _, row in filled)
    return Head(columns, sample, separator)


def _tell_wide(path: Path, columns: int, span: Span, findings: Findings) -> None:
    findings.add(
        rules.UNREADABLE_FILE,
        f"expected at most {_MOST_COLUMNS:,} columns in `{path.name}`, found {columns:,}",
        span,
        help="write rows below each other: a row for each value, with its name in a column",
    )


def _guess(header: str) -> str:
    """The separator that the header has most of; the comma where it has none."""
    return max(_GUESSED_SEPARATORS, key=header.count)


def holds_anything(row: list[str]) -> bool:
    """Whether a row has a value in any field, if only of one letter."""
    return any(field.strip() for field in row)


def told_twice(columns: tuple[str, ...], path: Path, span: Span, findings: Findings) -> bool:
    """Whether a name is that of two columns, which is told. Columns without one are nobody's."""
    times = Counter(columns)
    twice = sorted(c for c, n in times.items() if n > 1 and c.strip())
    if twice:
        findings.add(
            rules.DUPLICATE_HEADER,
            f"`{path.name}` has the column `{twice[0]}` {times[twice[0]]} times",
            span,
            help="give each column a name of its own in the file",
        )
    return bool(twice)


def past_header(file: TextIO, how: Dialect, separator: str) -> tuple[int, str]:
    """Read up to the first row: how many lines that are, and the first one of the header."""
    for _ in range(how.skip_rows):
        file.readline()
    first = file.readline()
    reader = csv.reader(chain((first,), file), delimiter=separator)
    next(reader, None)
    return how.skip_rows + reader.line_num, first


# What cannot be read


def tell_uneven(
    path: Path, expected: int, found: tuple[int, int], span: Span, findings: Findings
) -> None:
    """Say in which line there is another number of fields than in the header, and how many."""
    line, fields = found
    findings.add(
        rules.UNREADABLE_FILE,
        f"expected {expected} fields in every line of `{path.name}`, as in its header, "
        f"found {fields} in line {line}",
        span,
        help="a field that holds the separator, a quote or a line break stands in quotes",
    )


def tell_unreadable(path: Path, error: Exception, span: Span, findings: Findings) -> None:
    """Say why a file cannot be read as text, and how it could."""
    findings.add(
        rules.UNREADABLE_FILE,
        f"`{path.name}` cannot be read as text: {_reason(path, error)}",
        span,
        help=_encoding_advice(path) if isinstance(error, UnicodeError) else None,
    )


def _reason(path: Path, error: Exception) -> str:
    match error:
        case UnicodeDecodeError():
            line = _line_that_is_not(path, error.encoding)
            place = f" in line {line}" if line else ""
            return f"byte {error.object[error.start]:#04x}{place} is not {error.encoding}"
        case OSError():
            return (error.strerror or str(error)).lower()
        case _:
            return str(error)


def _line_that_is_not(path: Path, encoding: str) -> int | None:
    """The first line that cannot be decoded by itself."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeError:
                return number
    return None


def _encoding_advice(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(2)
    wide = start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return f"say how it is written: `read: {{encoding: {'utf-16' if wide else 'cp1252'}}}`"
