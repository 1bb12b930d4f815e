"""Excel workbooks as rows of text, as they stand in their cells.

A workbook is a zip archive of XML files: which sheets there are, texts that cells share, formats,
and the rows of each sheet. The formats tell days and times, which are numbers too.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import cache
from posixpath import join, normpath
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile

from tallybook.dataclass import dataclass
from tallybook.tables.serials import length, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tallybook.tables.serials import Epoch

# What a damaged file, or one that is no workbook, makes of reading it.
BROKEN = (BadZipFile, ET.ParseError, zlib.error, LookupError, ValueError, RuntimeError, OSError)

# The numbers of the formats that need no definition: days, times, both; in other scripts too.
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NO_CODE = re.compile(r'"[^"]*"|[\\_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_DAY_OR_TIME = re.compile(r"[dmyhs]", re.IGNORECASE)
_ELAPSED_FORMAT = 46
_DIGITS = "0123456789"
_LAST_COLUMN = 16_383  # XFD
_MOST_PARTS = 10_000
_LARGEST = 2**31  # bytes of a part, unpacked
_LARGE, _TIMES = 2**26, 100  # above so many bytes, no sheet is packed so tightly: it is a trap
_WHOLE = 10**15  # numbers have fifteen digits that count

Row = tuple[int, dict[int, str]]  # its number in the sheet, from 1; texts by column, from 0


class NoSheetError(Exception):
    """A sheet that a workbook has not; `names` has those that it has."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names


@dataclass(frozen=True, slots=True)
class _Contents:
    """What of a workbook is needed to read its sheets."""

    sheets: dict[str, str]  # name: the file in the archive
    first: str | None
    epoch: Epoch
    dates: frozenset[int]  # cell styles that show days or times
    texts: tuple[str, ...]
    point: str = "."


def epoch_of(path: Path) -> Epoch:
    """From when a workbook counts its days. Raises as `sheet_rows` does."""
    with _opened(path) as archive:
        return _epoch(_parse(archive, "xl/workbook.xml"))


def sheet_rows(path: Path, sheet: str | None, point: str = ".") -> Iterator[Row]:
    """The rows of a sheet that hold anything; without a name, of the first one that is shown.

    Numbers have the decimal `point` that the texts beside them have. Days are text such as
    `2024-01-31` and `2024-01-31 13:45:00`, truth is `true` and `false`, an error is its name
    (`#N/A`), a formula that nobody computed is itself (`=A1+B1`).

    Raises `NoSheetError`, and one of `BROKEN` where the file is no workbook.
    """
    with _opened(path) as archive:
        contents = _contents(archive)
        name = sheet if sheet is not None else contents.first
        if name is None or name not in contents.sheets:
            raise NoSheetError(tuple(contents.sheets))
        with archive.open(contents.sheets[name]) as part:
            yield from _rows(part, replace(contents, point=point))


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    """The archive, if it is what a program for sheets writes. Raises `ValueError`."""
    with ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS:
            raise ValueError(f"expected at most {_MOST_PARTS:,} parts in it, found {len(parts):,}")
        for part in parts:  # no more of one is unpacked than it says here
            limit = max(_LARGE, min(_LARGEST, _TIMES * part.compress_size))
            if part.file_size > limit:
                raise ValueError(
                    f"`{part.filename}` in it would unpack to {part.file_size:,} bytes"
                )
        yield archive


# Sheets, texts and formats


def _contents(archive: ZipFile) -> _Contents:
    book = _parse(archive, "xl/workbook.xml")
    targets = {r.get("Id"): r for r in _parse(archive, "xl/_rels/workbook.xml.rels")}
    sheets: dict[str, str] = {}
    shown: list[str] = []
    for sheet in _all(book, "sheet"):
        target = targets[next(v for k, v in sheet.items() if _local(k) == "id")]
        if target.get("Type", "").endswith("/worksheet"):  # a chart may be a sheet, too
            name = sheet.get("name", "")
            sheets[name] = normpath(join("/xl", target.get("Target", "")))[1:]
            shown += [name] if sheet.get("state", "visible") == "visible" else []
    first = next(iter((*shown, *sheets)), None)
    return _Contents(sheets, first, _epoch(book), _date_styles(archive), _shared(archive))


def _epoch(book: ET.Element) -> Epoch:
    macintosh = any(p.get("date1904") in ("1", "true") for p in _all(book, "workbookPr"))
    return "1904" if macintosh else "1900"


def _shared(archive: ZipFile) -> tuple[str, ...]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return ()
    return tuple(_text(item) for item in _parse(archive, "xl/sharedStrings.xml"))


def _text(item: ET.Element) -> str:
    """The letters of a text, whatever they look like, without how they are pronounced."""
    parts = []
    for child in item:
        match _local(child.tag):
            case "t":
                parts.append(child.text or "")
            case "r":
                parts.append(_text(child))
    return "".join(parts)


def _date_styles(archive: ZipFile) -> frozenset[int]:
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = _parse(archive, "xl/styles.xml")
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in _all(styles, "numFmt")}
    found = set()
    for cells in _all(styles, "cellXfs"):
        for number, style in enumerate(cells):
            id_ = style.get("numFmtId", "0")
            if _shows_dates(codes[id_]) if id_ in codes else _is_built_in_date(int(id_)):
                found.add(number)
    return frozenset(found)


def _is_built_in_date(id_: int) -> bool:
    return id_ in _DATE_FORMATS and id_ != _ELAPSED_FORMAT


def _shows_dates(code: str) -> bool:
    """Whether a format shows a point in time. One of elapsed hours shows a number of days."""
    plain = _NO_CODE.sub("", code).partition(";")[0]
    return not _ELAPSED.search(plain) and bool(_DAY_OR_TIME.search(plain))


# Cells


def _rows(part: IO[bytes], contents: _Contents) -> Iterator[Row]:
    number = 0
    for _, row in ET.iterparse(part):  # noqa: S314 - expat limits what entities may grow to
        if not row.tag.endswith("row"):
            continue
        number = int(row.get("r", number + 1))
        cells: dict[int, str] = {}
        column = -1
        for cell in row:
            place = cell.get("r")
            column = _column(place.rstrip(_DIGITS)) if place else column + 1
            if column > _LAST_COLUMN:
                raise ValueError(f"a cell in row {number} is beyond the last column, XFD")
            text = _cell(cell, contents)
            if text is not None:
                cells[column] = text
        row.clear()
        if any(text.strip() for text in cells.values()):
            yield number, cells


@cache
def _column(letters: str) -> int:
    """`AB` is column 27."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _cell(cell: ET.Element, contents: _Contents) -> str | None:
    value = formula = None
    for child in cell:
        match child.tag[-1]:  # `v`, `f` and `is`, in whatever namespace
            case "v":
                value = child.text or ""
            case "f":
                formula = f"={child.text or ''}"
            case "s":
                return _text(child)
    if value is None:
        return formula
    match cell.get("t", "n"):
        case "s":
            return _shared_text(int(value), contents)
        case "b":
            return "true" if value == "1" else "false"
        case "n" if value and int(cell.get("s", "0")) in contents.dates:
            return _day_text(float(value), contents.epoch)
        case "n" if value:
            return _number_text(value).replace(".", contents.point)
        case _:
            return value


def _shared_text(number: int, contents: _Contents) -> str:
    if not 0 <= number < len(contents.texts):
        raise ValueError(f"a cell has text {number:,} of the {len(contents.texts):,} in it")
    return contents.texts[number]


def _number_text(value: str) -> str:
    """A number in the digits that it was entered with; stored, 19.99 is 19.989999999999998."""
    if value.isdigit():
        return value
    number = float(value)
    if number.is_integer() and abs(number) < _WHOLE:
        return str(int(number))
    return format(Decimal(repr(number)), "f")


def _day_text(serial: float, epoch: Epoch) -> str:
    """A day, a time, or both; the number itself where it is none of them."""
    at = moment(serial, epoch)
    if at is not None:
        return str(at.date() if at.time() == dt.time() else at)
    if 0 <= serial < 1:
        return str((dt.datetime(1900, 1, 1) + length(serial)).time())
    return _number_text(repr(serial))


# XML


def _parse(archive: ZipFile, name: str) -> ET.Element:
    return ET.fromstring(archive.read(name))  # noqa: S314 - expat limits what entities may grow to


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (e for e in element.iter() if _local(e.tag) == name)


def _local(tag: str) -> str:
    """A name without its namespace: there are two sets of these."""
    return tag.rpartition("}")[2]
