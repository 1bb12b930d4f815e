"""Reads the tables of a book: schemas for the check, typed frames for the computation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from tallybook.language.types import Type
from tallybook.tables import rules
from tallybook.tables.csv_text import dialect, lines_of
from tallybook.tables.expected import dates_of, wanted
from tallybook.tables.files import locate
from tallybook.tables.headers import file_types, heads_of
from tallybook.tables.typed import cleaned, from_typed, parsed, reading
from tallybook.tables.typed_files import scan, types_of
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from tallybook.declare import model as declared
    from tallybook.resolve.model import Column, Table
    from tallybook.tables.csv_text import Dialect, Head
    from tallybook.tables.files import Files, Folders
    from tallybook.text.span import Span

_SHOWN_FAULTS = 3
_TEXT_PER_PACKED = 5  # bytes of text that say as much as one byte of Parquet
_ROWS = pl.first().is_null().alias("")  # for counting rows, where no column is asked for


@dataclass
class TableReader:
    """Finds and reads tables. `frames` stand in for the files of the sources they are named after.

    The columns read from text files are kept, so that a second question costs no second reading.
    """

    folders: Folders
    frames: Mapping[str, pl.LazyFrame] = field(default_factory=dict)
    _text: dict[str, pl.DataFrame] = field(default_factory=dict)

    # Schemas

    def __call__(self, source: declared.Source, findings: Findings) -> Mapping[str, Type] | None:
        """Names and types of a source's columns, as its data has them."""
        if source.name.value in self.frames:
            return types_of(self.frames[source.name.value].collect_schema())
        files = self.files(source, findings)
        return file_types(files, source, findings) if files is not None else None

    def derived(
        self, source: declared.Source, tables: Mapping[str, Table], findings: Findings
    ) -> Mapping[str, Type] | None:
        """Names and types of the columns that a source's SQL gives."""
        from tallybook.tables.derived import derived_types

        return derived_types(source, tables, findings)

    def has_data(self, source: declared.Source) -> bool:
        """Whether there is a frame or a file for a source."""
        if source.name.value in self.frames:
            return True
        return self.files(source, Findings()) is not None

    def files(self, source: declared.Source, findings: Findings) -> Files | None:
        """Where a source's files are."""
        return locate(source, self.folders, findings)

    # Rows

    def table(
        self, table: Table, columns: frozenset[str], zone: ZoneInfo, findings: Findings
    ) -> pl.LazyFrame | None:
        """The named columns of a table (none of them computed), typed, under the book's names."""
        wanted = [table.columns[name] for name in sorted(columns)]
        given = self.frames.get(table.name)
        if given is not None:
            return typed_frame(given, table, wanted, zone)
        files = self.files(table.declared, findings)
        if files is None:
            return None
        if files.kind == "csv":
            frame = self._read_text(files, table, wanted, zone, findings)
            return frame.lazy() if frame is not None else None
        scanned = scan(files, findings)
        return typed_frame(scanned, table, wanted, zone) if scanned is not None else None

    def _read_text(
        self,
        files: Files,
        table: Table,
        columns: list[Column],
        zone: ZoneInfo,
        findings: Findings,
    ) -> pl.DataFrame | None:
        key = _stamp(table.name, files.paths)
        known = self._text.get(key)
        missing = [c for c in columns if known is None or c.name not in known.columns]
        if known is None or missing:
            frame = _text_frame(files, table, missing, zone, findings)
            if frame is None:
                return None
            known = frame if known is None else known.hstack(frame)
            self._text[key] = known
        return known.select(c.name for c in columns) if columns else known

    def is_text(self, table: Table) -> bool:
        """Whether a table's columns have to be read out of text, each at a cost."""
        if table.name in self.frames:
            return False
        files = self.files(table.declared, Findings())
        return files is not None and files.kind == "csv"

    def size(self, table: Table) -> int | None:
        """How many bytes a table's files have, text counted as if packed; None if not known."""
        if table.name in self.frames or table.declared.sql is not None:
            return None
        files = self.files(table.declared, Findings())
        if files is None:
            return None
        stored = sum(p.stat().st_size for p in files.paths)
        return stored // _TEXT_PER_PACKED if files.kind in ("csv", "ndjson") else stored


def _stamp(name: str, paths: Iterable[Path]) -> str:
    """What changes when a file does."""
    stats = ((p, p.stat()) for p in paths)
    return "|".join([name, *(f"{p}:{s.st_mtime_ns}:{s.st_size}" for p, s in stats)])


def typed_frame(
    frame: pl.LazyFrame, table: Table, columns: list[Column], zone: ZoneInfo
) -> pl.LazyFrame:
    """The columns of a frame in the engine's types, under the book's names."""
    schema = frame.collect_schema()
    how = reading(table.declared.read, zone_of(table, zone))
    if not columns:
        return frame.select(_ROWS)
    return frame.select(
        from_typed(pl.col(c.in_file or c.name), schema[c.in_file or c.name], c, how).alias(c.name)
        for c in columns
    )


def zone_of(table: Table, book_zone: ZoneInfo) -> ZoneInfo:
    """The zone of a table's times that have none of their own."""
    from zoneinfo import ZoneInfo as Zone

    said = table.declared.timezone
    return Zone(said.value) if said else book_zone


# Text files


def _text_frame(
    files: Files, table: Table, columns: list[Column], zone: ZoneInfo, findings: Findings
) -> pl.DataFrame | None:
    """All files of a source as typed columns; values that cannot be read are findings."""
    how = dialect(table.declared.read)
    heads = heads_of(files, table.declared, how, findings)
    if heads is None:
        return None
    parts = []
    for path, head in zip(files.paths, heads, strict=True):
        raw = _read_csv(path, how, head, columns, files.span, findings)
        if raw is None:
            return None
        typed = _read_values(raw, path, how, head, table, columns, zone, findings)
        parts.append(typed)
    return pl.concat(parts)


def _read_csv(
    path: Path, how: Dialect, head: Head, columns: list[Column], span: Span, findings: Findings
) -> pl.DataFrame | None:
    names = [c.in_file or c.name for c in columns]
    try:
        return pl.read_csv(
            path if how.encoding == "utf-8-sig" else path.read_text(how.encoding).encode(),
            columns=names or [head.columns[0]],
            separator=head.separator,
            infer_schema=False,
            null_values=list(how.nulls),
            empty_string_is_null="" in how.nulls,
            skip_lines=how.skip_rows,
            glob=False,
        )
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        findings.add(
            rules.UNREADABLE_FILE,
            f"`{path.name}` cannot be read as CSV: {reason}",
            span,
            help="every row needs as many fields as the header; a field with the separator in it "
            "is quoted",
        )
        return None


def _read_values(
    raw: pl.DataFrame,
    path: Path,
    how: Dialect,
    head: Head,
    table: Table,
    columns: list[Column],
    zone: ZoneInfo,
    findings: Findings,
) -> pl.DataFrame:
    read = reading(table.declared.read, zone_of(table, zone))
    if not columns:
        return raw.select(_ROWS)
    text = raw.select(cleaned(pl.col(c.in_file or c.name), c).alias(c.name) for c in columns)
    typed = text.select(parsed(pl.col(c.name), c, read).alias(c.name) for c in columns)
    for column in columns:
        if column.type is Type.STRING:
            continue
        before, after = text[column.name], typed[column.name]
        if after.null_count() > before.null_count():
            faults = (before.is_not_null() & after.is_null()).arg_true().to_list()
            _tell_faults(before, faults, path, how, head, table, column, findings)
    return typed.with_columns(
        pl.col(c.name).fill_nan(None) for c in columns if c.type is Type.FLOAT
    )


def _tell_faults(
    raw: pl.Series,
    faults: list[int],
    path: Path,
    how: Dialect,
    head: Head,
    table: Table,
    column: Column,
    findings: Findings,
) -> None:
    lines = lines_of(path, how, head.separator, faults[:_SHOWN_FAULTS])
    shown = ", ".join(
        f"`{raw[row]}` in line {line}" for line, row in zip(lines, faults, strict=False)
    )
    more = f" and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
    pattern = dates_of(column, table)
    place = column.declared.name.span if column.declared else table.declared.name.span
    findings.add(
        rules.UNREADABLE_VALUE,
        f"expected {wanted(column.type, pattern)} in `{table.name}.{column.name}`, "
        f"found {shown}{more} of `{path.name}`",
        place,
        help=_advice(column, pattern, str(raw[faults[0]])),
    )


def _advice(column: Column, pattern: str | None, value: str) -> str:
    if column.type in (Type.DATE, Type.DATETIME) and pattern is None:
        return 'say how they are written: `read: {dates: "%d.%m.%Y"}`'
    if value.strip().lower() in ("na", "n/a", "null", "none", "-", "nan"):
        return f'list it as no value: `read: {{nulls: ["", "{value.strip()}"]}}`'
    if "," in value:
        return 'say what the comma is: `read: {decimal_comma: true}` or `{thousands: ","}`'
    if column.type is Type.BOOLEAN:
        return "map its words: `map: {yes: true, no: false}`"
    return "correct the values, list them under `nulls`, or give the column another type"
