"""The columns of a source that are read out of text, typed; what cannot be read is told by line."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import polars as pl

from tallybook.dataclass import dataclass
from tallybook.language.types import NUMBERS, Type
from tallybook.tables import rules
from tallybook.tables.csv_shape import lines_of, survey
from tallybook.tables.csv_text import tell_uneven, tell_unreadable
from tallybook.tables.date_order import date_advice
from tallybook.tables.dialect import dialect
from tallybook.tables.expected import dates_of, wanted
from tallybook.tables.text_headers import heads_of
from tallybook.tables.typed import (
    ROWS,
    SIGNS,
    as_text,
    cleaned,
    naive_from_text,
    parsed,
    quickly_parsed,
    reading,
)
from tallybook.tables.unclear import UnclearTimes, unclear_near

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from tallybook.resolve.model import Column, Table
    from tallybook.tables.dialect import Dialect, Head
    from tallybook.tables.files import Files
    from tallybook.tables.serials import Epoch
    from tallybook.tables.typed import Reading
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_NO_VALUES = ("na", "n/a", "null", "none", "-", "nan", "#n/a", "#null!")
_SHOWN_FAULTS = 3
_CORRECT = "correct the values, list them under `nulls`, or give the column another type"
# How numbers are written, and what a source says of them.
_WRITTEN = (
    (re.compile(r"\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?"), 'thousands: ","'),
    (re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?"), 'decimal_comma: true, thousands: "."'),
    (re.compile(r"\d+,\d+"), "decimal_comma: true"),
    (re.compile(r"\d{1,3}([ \u00a0\u202f]\d{3})+(\.\d+)?"), 'thousands: " "'),
    (re.compile(r"\d{1,3}([ \u00a0\u202f]\d{3})+,\d+"), 'decimal_comma: true, thousands: " "'),
)
_FRACTION = re.compile(r"^[^.,]*\.(\d{4,})\D*$")  # fewer may be thousands
_LOOKED_AT = 10_000  # values, to see how days are written


@dataclass(frozen=True, slots=True)
class _Raw:
    """Columns of one file as text. `places` are the lines (rows of a sheet) that rows stand in."""

    path: Path
    frame: pl.DataFrame
    place: Literal["line", "row"]
    places: Callable[[list[int]], list[int]]
    epoch: Epoch | None = None


def text_frame(
    files: Files,
    table: Table,
    columns: list[Column],
    zone: ZoneInfo,
    unclear: dict[str, UnclearTimes],
    findings: Findings,
    begun: list[Path],
) -> pl.DataFrame | None:
    """All files of a source as typed columns; values that cannot be read are findings.

    Times that are not clear are noted in `unclear`, by column, and in `begun` each file before it
    is read.
    """
    how = dialect(table.declared.read)
    heads = heads_of(files, table.declared, how, findings)
    if heads is None:
        return None
    for column in columns:  # a file that has changed is read again
        unclear.pop(column.name, None)
    parts = []
    for path, head in zip(files.paths, heads, strict=True):
        begun.append(path)
        if files.kind == "csv":
            raw = _from_csv(path, how, head, columns, files.span, findings)
        else:
            raw = _from_sheet(path, how, files.span, findings)
        if raw is None:
            return None
        parts.append(_typed(raw, table, columns, zone, unclear, findings))
    return pl.concat(parts)


# Files


def _from_csv(
    path: Path, how: Dialect, head: Head, columns: list[Column], span: Span, findings: Findings
) -> _Raw | None:
    try:
        shape = survey(path, how, head)
    except (OSError, UnicodeError, csv.Error) as error:
        tell_unreadable(path, error, span, findings)
        return None
    if shape.uneven is not None:
        tell_uneven(path, len(head.columns), shape.uneven, span, findings)
        return None
    names = [c.in_file or c.name for c in columns]
    as_it_is = how.encoding == "utf-8-sig" and not shape.old_breaks
    try:
        frame = pl.read_csv(
            path if as_it_is else _in_utf8(path, how),
            columns=names or [head.columns[0]],
            separator=head.separator,
            infer_schema=False,
            null_values=list(how.nulls),
            empty_string_is_null="" in how.nulls,
            skip_lines=how.skip_rows,
            glob=False,
        )
    except pl.exceptions.ComputeError as error:
        if not any(word in str(error) for word in ("escaped", "malformed")):
            raise
        _tell_wrong_quotes(path, str(error), span, findings)
        return None
    if frame.height != shape.rows:
        _tell_wrong_quotes(path, "", span, findings)
        return None
    numbers = pl.int_range(frame.height, eager=True)
    if shape.blank:
        numbers = numbers.filter(~numbers.is_in(list(shape.blank)))
        frame = frame[numbers]
    return _Raw(
        path,
        frame,
        "line",
        lambda rows: lines_of(path, how, head.separator, numbers[rows].to_list()),
    )


def _in_utf8(path: Path, how: Dialect) -> bytes:
    """A text whose lines end as the engine knows it."""
    return path.read_text(how.encoding).encode()


def _tell_wrong_quotes(path: Path, reason: str, span: Span, findings: Findings) -> None:
    findings.add(
        rules.UNREADABLE_FILE,
        f"`{path.name}` has a quote that is not closed, or not doubled inside of quotes"
        f"{_quoted_in(reason)}",
        span,
        help='a quote in a field is written twice: `"5"" pipe"`',
    )


def _quoted_in(reason: str) -> str:
    """The field that the engine could not read, as far as it helps to find it."""
    _, mark, rest = reason.partition("could not parse `")
    shown = rest.split("` as dtype")[0].splitlines()
    return f": `{shown[0][:60]}`" if mark and shown else ""


def _from_sheet(path: Path, how: Dialect, span: Span, findings: Findings) -> _Raw | None:
    from tallybook.tables.sheet_text import sheet_text, tell_broken
    from tallybook.tables.workbook import BROKEN

    try:
        sheet = sheet_text(path, how)
    except BROKEN as error:
        tell_broken(path, error, span, findings)
        return None
    frame = pl.DataFrame(sheet.columns, schema=dict.fromkeys(sheet.columns, pl.String))
    return _Raw(path, frame, "row", lambda rows: [sheet.numbers[r] for r in rows], sheet.epoch)


# Values


def _typed(
    raw: _Raw,
    table: Table,
    columns: list[Column],
    zone: ZoneInfo,
    unclear: dict[str, UnclearTimes],
    findings: Findings,
) -> pl.DataFrame:
    read = replace(reading(table.declared.read, zone), serials_from=raw.epoch)
    if not columns:
        return raw.frame.select(ROWS)
    text = raw.frame.select(cleaned(pl.col(c.in_file or c.name), c).alias(c.name) for c in columns)
    typed = pl.DataFrame([_parsed(text[c.name], c, read) for c in columns])
    for column in columns:
        if column.type is Type.STRING:
            continue
        before, after = text[column.name], typed[column.name]
        if after.null_count() > before.null_count():
            _tell_faults(raw, before, after, table, column, findings)
        if column.type is Type.DATETIME and zone.key != "UTC":
            found = _unclear(before, after, column, read)
            unclear[column.name] = unclear.get(column.name, UnclearTimes()).and_(found)
    return typed.with_columns(
        pl.col(c.name).fill_nan(None) for c in columns if c.type is Type.FLOAT
    )


def _parsed(text: pl.Series, column: Column, how: Reading) -> pl.Series:
    """Text in the column's type: what can be read quickly first, and what is left with patience."""
    if column.type is Type.STRING:
        return text
    typed: pl.Series | None = None
    whole = pl.col(text.name)
    for way in (*quickly_parsed(whole, column, how), parsed(whole, column, how)):
        if typed is None:
            typed = text.to_frame().select(way.alias(text.name)).to_series()
            continue
        left = text.is_not_null() & typed.is_null()
        if not left.any():
            break
        read = text.filter(left).to_frame().select(way).to_series()
        typed = typed.scatter(left.arg_true(), read)
    return text if typed is None else typed


def _unclear(text: pl.Series, instants: pl.Series, column: Column, how: Reading) -> UnclearTimes:
    def walls_at(rows: pl.Series) -> pl.Series:
        found = pl.DataFrame({"text": text.filter(rows)})
        return found.select(naive_from_text(pl.col("text"), column, how)).to_series()

    return unclear_near(instants, walls_at, how.zone)


def _tell_faults(
    raw: _Raw,
    before: pl.Series,
    after: pl.Series,
    table: Table,
    column: Column,
    findings: Findings,
) -> None:
    faulty = before.is_not_null() & after.is_null()
    faults = faulty.arg_true().to_list()
    first = faults[:_SHOWN_FAULTS]
    shown = ", ".join(
        f"`{before[row]}` in {raw.place} {place}"
        for place, row in zip(raw.places(first), first, strict=False)
    )
    # A workbook may have real days beside days in words: those need no pattern.
    alike = before.filter(faulty) if raw.epoch else before.drop_nulls()
    shown = f"{shown}{_more(len(faults))} of `{raw.path.name}`"
    _tell(shown, before[faults[0]], alike, table, column, findings)


def _more(faults: int) -> str:
    return f" and {faults - _SHOWN_FAULTS:,} more" if faults > _SHOWN_FAULTS else ""


def _tell(
    found: str, first: str, alike: pl.Series, table: Table, column: Column, findings: Findings
) -> None:
    """Tell what was found in place of a column's type; texts `alike` show how it is written."""
    pattern = dates_of(column, table)
    texts = alike.head(_LOOKED_AT).unique(maintain_order=True).to_list()
    findings.add(
        rules.UNREADABLE_VALUE,
        f"expected {wanted(column.type, pattern)} in `{table.name}.{column.name}`, found {found}",
        column.declared.name.span if column.declared else table.declared.name.span,
        help=_advice(column, pattern, first, texts),
    )


def check_texts(
    frame: pl.LazyFrame, table: Table, columns: list[Column], zone: ZoneInfo, findings: Findings
) -> None:
    """Tell of what cannot be read in columns of text that are to be of another type."""
    how = reading(table.declared.read, zone)
    schema = frame.collect_schema()
    for column in columns:
        name = column.in_file or column.name
        text = cleaned(as_text(pl.col(name), schema[name]), column)
        unread = text.filter(text.is_not_null() & parsed(text, column, how).is_null())
        found = frame.select(unread.alias("text")).collect(engine="streaming")["text"]
        if not found.is_empty():
            shown = ", ".join(f"`{value}`" for value in found.head(_SHOWN_FAULTS))
            _tell(f"{shown}{_more(found.len())}", found[0], found, table, column, findings)


def _number_advice(text: str) -> str:
    """How a number is to be read whose commas and points do not say it."""
    number = text.strip(" \u00a0\u202f-+%()$€£¥")
    ways = [f"`read: {{{way}}}`" for pattern, way in _WRITTEN if pattern.fullmatch(number)]
    if re.fullmatch(r"\d+\.\d+", number):
        ways.append("neither `decimal_comma` nor `thousands`")
    if not ways:
        return _CORRECT
    return "say what commas and points are: " + ", or ".join(ways)


def _advice(column: Column, pattern: str | None, first: str, values: list[str]) -> str:
    """What to do about values like the `first` that cannot be read, beside others that can."""
    if first.strip().lower() in _NO_VALUES:
        return f'list it as no value: `read: {{nulls: ["", "{first.strip()}"]}}`'
    if column.type in (Type.DATE, Type.DATETIME):
        return date_advice(values, pattern)
    if column.type is Type.DECIMAL and (fine := _FRACTION.search(first)):
        digits = len(fine[1].rstrip("0"))
        return f"to keep all digits after the point: `type: decimal(28, {digits})`"
    if column.type in NUMBERS and any(sign in first for sign in SIGNS):
        return "give each currency a column, or say it in one and use `convert`"
    if any(c in first for c in ",."):
        return _number_advice(first)
    if column.type is Type.BOOLEAN:
        return "map its words: `map: {yes: true, no: false}`"
    return _CORRECT
