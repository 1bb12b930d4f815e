"""CSV files as columns of text: headers, samples, and the lines that values stand in."""

from __future__ import annotations

import codecs
import csv
from functools import lru_cache
from itertools import chain, islice
from operator import methodcaller
from typing import TYPE_CHECKING, TextIO

from tallybook.dataclass import dataclass
from tallybook.tables import rules
from tallybook.tables.dialect import SAMPLE_ROWS, Head

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tallybook.tables.dialect import Dialect
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_AT_ONCE = 1 << 20  # characters
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
            reader = csv.reader(chain((first,), file), delimiter=separator)
            rows = [(reader.line_num, row) for row in islice(reader, SAMPLE_ROWS + 1)]
    except (OSError, UnicodeError, csv.Error) as error:
        tell_unreadable(path, error, span, findings)
        return None
    if not rows or not _holds_anything(rows[0][1]):
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
    filled = [(line, row) for line, row in rows[1:] if _holds_anything(row)]
    for line, row in filled:
        if len(row) != len(columns):
            tell_uneven(path, len(columns), (how.skip_rows + line, len(row)), span, findings)
            return None
    nulls = frozenset(how.nulls)
    sample = tuple(tuple(None if field in nulls else field for field in row) for _, row in filled)
    return Head(columns, sample, separator)


def _guess(header: str) -> str:
    """The separator that the header has most of; the comma where it has none."""
    return max(_GUESSED_SEPARATORS, key=header.count)


def _holds_anything(row: list[str]) -> bool:
    return any(field.strip() for field in row)


def told_twice(columns: tuple[str, ...], path: Path, span: Span, findings: Findings) -> bool:
    """Whether a name is that of two columns, which is told. Columns without one are nobody's."""
    twice = sorted({c for c in columns if c.strip() and columns.count(c) > 1})
    if twice:
        findings.add(
            rules.DUPLICATE_HEADER,
            f"`{path.name}` has the column `{twice[0]}` {columns.count(twice[0])} times",
            span,
            help="give each column a name of its own in the file",
        )
    return bool(twice)


# Rows


@dataclass(frozen=True, slots=True)
class Survey:
    """The rows of a file, counted from 0 below the header.

    `blank` are those without any value. `uneven` is the first line (from 1) that has another
    number of fields than the header, and that number. With `old_breaks`, lines end in a bare
    carriage return, as on the first Macintoshes.
    """

    rows: int
    blank: tuple[int, ...]
    uneven: tuple[int, int] | None
    old_breaks: bool


def survey(path: Path, how: Dialect, head: Head) -> Survey:
    """Look at the shape of every row, once. Raises `UnicodeError`, `csv.Error` and `OSError`.

    The engine fills short rows up with nulls, and notices long ones only where it reads all
    columns: a comma in a name that nobody quoted would move values to other columns.
    """
    stat = path.stat()
    return _survey(path, how, head.separator, len(head.columns), (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=256)
def _survey(
    path: Path,
    how: Dialect,
    separator: str,
    fields: int,
    stamp: tuple[int, int],  # noqa: ARG001 - another one is another file
) -> Survey:
    blank: list[int] = []
    uneven = None
    number = 0
    with path.open(encoding=how.encoding, newline="") as file:
        line, first = _past_header(file, how, separator)
        while lines := file.readlines(_AT_ONCE):
            if _are_plain(lines, separator, fields):
                number += len(lines)
                line += len(lines)
                continue
            reader = csv.reader(chain(lines, file), delimiter=separator)
            for row in reader:
                if not _holds_anything(row):
                    blank.append(number)
                elif len(row) != fields and uneven is None:
                    uneven = (line + reader.line_num, len(row))
                number += 1
                if reader.line_num >= len(lines):  # the last one may have gone on behind them
                    break
            line += reader.line_num
    return Survey(number, tuple(blank), uneven, first.endswith("\r"))


def _are_plain(lines: list[str], separator: str, fields: int) -> bool:
    """Whether lines surely are rows of so many fields: nothing quoted, each with a first value."""
    text = "\n" + "".join(lines)
    if '"' in text or any(f"\n{start}" in text for start in f"{separator} \t\r\n"):
        return False
    return set(map(methodcaller("count", separator), lines)) == {fields - 1}


def _past_header(file: TextIO, how: Dialect, separator: str) -> tuple[int, str]:
    """Read up to the first row: how many lines that are, and the first one of the header."""
    for _ in range(how.skip_rows):
        file.readline()
    first = file.readline()
    reader = csv.reader(chain((first,), file), delimiter=separator)
    next(reader, None)
    return how.skip_rows + reader.line_num, first


def lines_of(path: Path, how: Dialect, separator: str, rows: Collection[int]) -> list[int]:
    """The lines (from 1) on which rows (from 0, blank ones too) end."""
    wanted, lines = frozenset(rows), []
    with path.open(encoding=how.encoding, newline="") as file:
        above, _ = _past_header(file, how, separator)
        reader = csv.reader(file, delimiter=separator)
        for number, _ in enumerate(reader):
            if number in wanted:
                lines.append(above + reader.line_num)
            if len(lines) == len(wanted):
                break
    return lines


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
