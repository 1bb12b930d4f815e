"""Columns of Parquet files by their footers alone.

Checking a book needs no more than the names and types of columns, and importing an engine to learn
them costs more than all else that a check does. What is read here is what writers commonly write;
of anything else nothing is said, and the engine is asked.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import field
from struct import Struct, error
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.language.types import Type
from tallybook.tables.thrift import ThriftReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TAIL = Struct("<I4s")  # the length of the footer, and the mark of a Parquet file
_MARK = b"PAR1"
_MOST = 64 * 1024  # bytes of footers; the engine is quicker with more

# Numbers of fields in Parquet's definition: of a footer, and of an entry of its schema.
_SCHEMA, _KEPT, _REQUIRED = 2, 5, {1, 2, 3, 4}
_STORED, _REPETITION, _NAME, _CHILDREN, _CONVERTED, _LOGICAL = 1, 3, 4, 5, 6, 10
_REPEATED = 2

# The ways that values are stored, and what they may mean: what it calls `ConvertedType` and
# `LogicalType`, which say the same in files of different ages.
_BOOLEAN, _INT32, _INT64, _INT96, _FLOAT, _DOUBLE, _BYTES, _FIXED = range(8)
_AS_CONVERTED = {
    0: "string", 4: "enum", 5: "decimal", 6: "date", 7: "time", 8: "time", 9: "timestamp",
    10: "timestamp", **dict.fromkeys(range(11, 19), "integer"),
}  # fmt: skip
_AS_LOGICAL = {
    1: "string", 4: "enum", 5: "decimal", 6: "date", 7: "time", 8: "timestamp", 10: "integer",
}  # fmt: skip
_MEANT: dict[tuple[int, str], Type | None] = {
    (_BOOLEAN, ""): Type.BOOLEAN,
    (_INT32, ""): Type.INTEGER,
    (_INT64, ""): Type.INTEGER,
    (_INT32, "integer"): Type.INTEGER,
    (_INT64, "integer"): Type.INTEGER,
    (_INT32, "decimal"): Type.DECIMAL,
    (_INT64, "decimal"): Type.DECIMAL,
    (_FIXED, "decimal"): Type.DECIMAL,
    (_INT32, "date"): Type.DATE,
    (_INT32, "time"): None,
    (_INT64, "time"): None,
    (_INT64, "timestamp"): Type.DATETIME,
    (_INT96, ""): Type.DATETIME,
    (_FLOAT, ""): Type.FLOAT,
    (_DOUBLE, ""): Type.FLOAT,
    (_BYTES, ""): None,
    (_BYTES, "string"): Type.STRING,
    (_BYTES, "enum"): Type.STRING,
}

# What Arrow's schema, kept in a file by many writers, has for these (`Type` in its definition).
# Where it has something else, a duration stored as a whole number, its word counts.
_IN_ARROW = {
    2: Type.INTEGER, 3: Type.FLOAT, 5: Type.STRING, 6: Type.BOOLEAN, 7: Type.DECIMAL, 8: Type.DATE,
    10: Type.DATETIME, 20: Type.STRING, 24: Type.STRING,
    **dict.fromkeys((4, 9, 12, 13, 16, 17, 19, 21, 23), None),
}  # fmt: skip
_ARROW_DATE, _ARROW_DURATION = 8, 18


@dataclass(frozen=True, slots=True)
class _Element:
    """An entry of a Parquet schema: a column, or a group of as many `children` that follow."""

    name: str
    stored: int | None
    meant: str
    repeated: bool
    children: int


@dataclass(frozen=True, slots=True)
class _Schema:
    """What a footer says of the columns: as it is written, too, for files are to have it alike."""

    written: bytes
    elements: tuple[_Element, ...] = field(compare=False)
    arrow: bytes | None  # what a writer has kept of Arrow's schema


class _UnknownError(ValueError):
    """A file says something of which nothing is known here."""


def parquet_types(paths: Sequence[Path]) -> dict[str, Type] | None:
    """Names and types of the columns that formulas can use, which all files have alike.

    None where a file cannot be read, is not like the others, or has what is not known here.
    """
    try:
        schemas = {_schema(footer) for footer in _footers(paths)}
        return _types(schemas.pop()) if len(schemas) == 1 else None
    except (OSError, ValueError, IndexError, error):
        return None


def _footers(paths: Sequence[Path]) -> Iterator[bytes]:
    left = _MOST
    for path in paths:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(end - _TAIL.size, 0))
            length, mark = _TAIL.unpack(file.read(_TAIL.size))
            left -= length
            if mark != _MARK or left < 0 or length > end - _TAIL.size:
                raise _UnknownError(mark)
            file.seek(end - _TAIL.size - length)
            yield file.read(length)


def _types(schema: _Schema) -> dict[str, Type]:
    columns = _outermost(schema.elements)
    if not columns or len({c.name for c in columns}) < len(columns):
        raise _UnknownError
    kinds = [_type(c) for c in columns]
    if schema.arrow is not None:
        kinds = _as_arrow_has_it(columns, kinds, schema.arrow)
    return {c.name: k for c, k in zip(columns, kinds, strict=True) if k is not None}


def _schema(footer: bytes) -> _Schema:
    reader = ThriftReader(footer)
    written, kept = b"", {}
    elements: tuple[_Element, ...] = ()
    there = set()
    for number, kind in reader.fields():
        there.add(number)
        if number == _SCHEMA:
            start = reader.at
            elements = tuple(_element(reader, item) for item in reader.items(kind))
            written = footer[start : reader.at]
        elif number == _KEPT:
            kept = dict(_pair(reader, item) for item in reader.items(kind))
        else:
            reader.skip(kind)
    if reader.at != len(footer) or not there >= _REQUIRED:
        raise _UnknownError
    return _Schema(written, elements, kept.get(b"ARROW:schema"))


def _element(reader: ThriftReader, kind: int) -> _Element:
    numbers: dict[int, int] = {}
    name, logical = "", None
    for number, inner in reader.structure(kind):
        if number in (_STORED, _REPETITION, _CHILDREN, _CONVERTED):
            numbers[number] = reader.number(inner)
        elif number == _NAME:
            name = reader.binary(inner).decode()
        elif number == _LOGICAL:
            logical = _logical(reader, inner)
        else:
            reader.skip(inner)
    meant = logical or ""
    if logical is None and _CONVERTED in numbers:
        meant = _AS_CONVERTED.get(numbers[_CONVERTED], "unknown")
    repeated = numbers.get(_REPETITION) == _REPEATED
    return _Element(name, numbers.get(_STORED), meant, repeated, numbers.get(_CHILDREN, 0))


def _logical(reader: ThriftReader, kind: int) -> str:
    found = "unknown"
    for number, inner in reader.structure(kind):
        found = _AS_LOGICAL.get(number, "unknown")
        reader.skip(inner)
    return found


def _pair(reader: ThriftReader, kind: int) -> tuple[bytes, bytes]:
    """A key and a value of what else a file says of itself."""
    found = {1: b"", 2: b""}
    for number, inner in reader.structure(kind):
        found[number] = reader.binary(inner)
    return found[1], found[2]


def _outermost(elements: Sequence[_Element]) -> list[_Element]:
    """The columns of a schema, which is written as a tree: a group, then what is in it."""
    found, at = [], 1
    while at < len(elements):
        found.append(elements[at])
        left = 1
        while left:  # the column, and all that is in it
            if at == len(elements):
                raise _UnknownError
            left += elements[at].children - 1
            at += 1
    if not elements or elements[0].children != len(found):
        raise _UnknownError
    return found


def _type(column: _Element) -> Type | None:
    if column.children or column.repeated:
        return None
    if column.stored is None or (column.stored, column.meant) not in _MEANT:
        raise _UnknownError(column)
    return _MEANT[column.stored, column.meant]


# Arrow's schema, which is written as FlatBuffers


_I32, _U32, _U16 = Struct("<i"), Struct("<I"), Struct("<H")


def _as_arrow_has_it(
    columns: Sequence[_Element], kinds: Sequence[Type | None], kept: bytes
) -> list[Type | None]:
    message = b64decode(kept, validate=True)
    if b"ARROW:extension" in message:
        raise _UnknownError
    start = 8 if message[:4] == b"\xff\xff\xff\xff" else 4
    fields = _arrow_fields(message, start, len(columns))
    if [name for name, _ in fields] != [c.name.encode() for c in columns]:
        raise _UnknownError
    return [_agreed(kind, arrow) for kind, (_, arrow) in zip(kinds, fields, strict=True)]


def _agreed(kind: Type | None, arrow: int) -> Type | None:
    if arrow == _ARROW_DURATION and kind is Type.INTEGER:
        return None
    if arrow not in _IN_ARROW or _IN_ARROW[arrow] is not kind:
        raise _UnknownError(arrow)
    return kind


def _arrow_fields(message: bytes, start: int, count: int) -> list[tuple[bytes, int]]:
    """Name and type of each column in a message that holds a schema."""
    root = _followed(message, start)
    schema = _followed(message, _place(message, root, 2))
    fields = _followed(message, _place(message, schema, 1))
    if _number(message, fields, _U32) != count:
        raise _UnknownError
    tables = (_followed(message, fields + 4 * n) for n in range(1, count + 1))
    return [_arrow_field(message, table) for table in tables]


def _arrow_field(message: bytes, table: int) -> tuple[bytes, int]:
    name = _followed(message, _place(message, table, 0))
    length = _number(message, name, _U32)
    kind = message[_place(message, table, 2)]
    if kind == _ARROW_DATE:
        unit = _place(message, _followed(message, _place(message, table, 3)), 0)
        if _number(message, unit, _U16):  # milliseconds; where nothing is said, too
            raise _UnknownError
    return message[name + 4 : name + 4 + length], kind


def _place(message: bytes, table: int, field: int) -> int:
    """Where a field of a table stands."""
    layout = table - _number(message, table, _I32)
    entry = 4 + 2 * field
    if _number(message, layout, _U16) < entry + 2:
        raise _UnknownError
    offset = _number(message, layout + entry, _U16)
    if not offset:
        raise _UnknownError
    return table + offset


def _followed(message: bytes, at: int) -> int:
    """Where a reference leads."""
    return at + _number(message, at, _U32)


def _number(message: bytes, at: int, how: Struct) -> int:
    if at < 0:  # would be counted from the end
        raise _UnknownError
    found: int = how.unpack_from(message, at)[0]
    return found
