"""The shape of CSV files: how many rows, which are blank, which are not as long as the header."""

from __future__ import annotations

import csv
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from tallybook.dataclass import dataclass
from tallybook.tables.csv_text import holds_anything, past_header

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tallybook.tables.dialect import Dialect, Head

_MOST_FIELDS = 1_000  # for a pattern that spells them out


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
    with path.open(encoding=how.encoding, newline="") as file:
        line, first = past_header(file, how, separator)
        old_breaks = first.endswith("\r")
        if how.encoding == "utf-8-sig" and not old_breaks and fields <= _MOST_FIELDS:
            found = _line_by_line(path, line, separator, fields)
            if found is not None:
                return found
        blank, uneven, rows = [], None, 0
        reader = csv.reader(file, delimiter=separator)
        for row in reader:
            if not holds_anything(row):
                blank.append(rows)
            elif len(row) != fields and uneven is None:
                uneven = (line + reader.line_num, len(row))
            rows += 1
    return Survey(rows, tuple(blank), uneven, old_breaks)


def _line_by_line(path: Path, header: int, separator: str, fields: int) -> Survey | None:
    """The survey of a file each of whose lines is a row of so many fields or blank; else None."""
    text, comma = pl.col("line"), rf"\x{{{ord(separator):x}}}"
    field = rf'(?:[^{comma}"\r\n]*|"(?:[^"\r\n]|"")*")'
    row = text.str.contains(rf"^{field}(?:{comma}{field}){{{fields - 1}}}$")
    filled = row & text.str.contains(rf'[^{comma}"\s]')
    blank = text.str.contains(rf"^[{comma} \t]*$")
    lines = pl.scan_lines(path, glob=False).slice(header)
    try:
        found = lines.select(filled.alias("filled"), blank=blank).collect(engine="streaming")
    except pl.exceptions.PolarsError:  # no text, which reading row by row can say better
        return None
    odd = found.with_row_index("at").filter(~pl.col("filled"))
    if not odd["blank"].all():
        return None
    return Survey(found.height, tuple(odd["at"]), None, old_breaks=False)


def lines_of(path: Path, how: Dialect, separator: str, rows: Collection[int]) -> list[int]:
    """The lines (from 1) on which rows (from 0, blank ones too) end."""
    wanted, lines = frozenset(rows), []
    with path.open(encoding=how.encoding, newline="") as file:
        above, _ = past_header(file, how, separator)
        reader = csv.reader(file, delimiter=separator)
        for number, _ in enumerate(reader):
            if number in wanted:
                lines.append(above + reader.line_num)
            if len(lines) == len(wanted):
                break
    return lines
