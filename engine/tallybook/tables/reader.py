"""Reads the tables of a book: schemas for the check, typed frames for the computation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from tallybook.language.types import Type
from tallybook.tables.files import locate
from tallybook.tables.headers import file_types
from tallybook.tables.typed import ROWS, from_typed, is_read_as_text, reading
from tallybook.tables.typed_files import scan, types_of
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from tallybook.declare import model as declared
    from tallybook.resolve.model import Column, Table
    from tallybook.tables.files import Files, Folders
    from tallybook.tables.unclear import UnclearTimes

_PER_PACKED = 5  # bytes of text, or of a frame in memory, that say as much as one of Parquet


@dataclass
class TableReader:
    """Finds and reads tables. `frames` stand in for the files of the sources they are named after.

    The columns read from text files are kept, so that a second question costs no second reading.
    `begun` are the files that have been opened, in order, for people who wait.
    """

    folders: Folders
    frames: Mapping[str, pl.DataFrame | pl.LazyFrame] = field(default_factory=dict)
    begun: list[Path] = field(default_factory=list)
    _text: dict[str, pl.DataFrame] = field(default_factory=dict)
    _looked_at: set[tuple[str, str]] = field(default_factory=set)
    _unclear: dict[str, dict[str, UnclearTimes]] = field(default_factory=dict)

    # Schemas

    def __call__(self, source: declared.Source, findings: Findings) -> Mapping[str, Type] | None:
        """Names and types of a source's columns, as its data has them."""
        if source.name.value in self.frames:
            return types_of(self.frames[source.name.value].lazy().collect_schema())
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
            return self._typed(given.lazy(), table, wanted, zone, findings)
        files = self.files(table.declared, findings)
        if files is None:
            return None
        if files.are_text:
            frame = self._read_text(files, table, wanted, zone, findings)
            return frame.lazy() if frame is not None else None
        self.begun.extend(files.paths)
        scanned = scan(files, findings)
        if scanned is None:
            return None
        return self._typed(scanned, table, wanted, zone, findings)

    def _typed(
        self,
        frame: pl.LazyFrame,
        table: Table,
        columns: list[Column],
        zone: ZoneInfo,
        findings: Findings,
    ) -> pl.LazyFrame:
        new = [c for c in columns if (table.name, c.name) not in self._looked_at]
        schema = frame.collect_schema()
        texts = [c for c in new if is_read_as_text(schema[c.in_file or c.name], c)]
        if texts:
            from tallybook.tables.text_columns import check_texts

            check_texts(frame, table, texts, zone_of(table, zone), findings)
        self._looked_at.update((table.name, c.name) for c in new)
        self._note_unclear(frame, table, new, zone_of(table, zone))
        return typed_frame(frame, table, columns, zone)

    def _note_unclear(
        self, frame: pl.LazyFrame, table: Table, columns: list[Column], zone: ZoneInfo
    ) -> None:
        if zone.key == "UTC":
            return
        from tallybook.tables.unclear import unclear_in

        schema, walls = frame.collect_schema(), {}
        for column in columns:
            name = column.in_file or column.name
            dtype = schema[name]
            naive = isinstance(dtype, pl.Datetime) and dtype.time_zone is None
            if naive and column.type is Type.DATETIME:
                walls[column.name] = pl.col(name).cast(pl.Datetime("us"))
        self._unclear.setdefault(table.name, {}).update(unclear_in(frame, walls, zone))

    def unclear_times(self, source: str) -> Mapping[str, UnclearTimes]:
        """The times that clocks show twice or never, in the columns read so far."""
        found = self._unclear.get(source, {})
        return {name: times for name, times in found.items() if times.twice or times.never}

    def _read_text(
        self,
        files: Files,
        table: Table,
        columns: list[Column],
        zone: ZoneInfo,
        findings: Findings,
    ) -> pl.DataFrame | None:
        from tallybook.tables.text_columns import text_frame

        key = _stamp(table.name, files.paths)
        known = self._text.get(key)
        missing = [c for c in columns if known is None or c.name not in known.columns]
        if known is None or missing:
            unclear = self._unclear.setdefault(table.name, {})
            local = zone_of(table, zone)
            frame = text_frame(files, table, missing, local, unclear, findings, self.begun)
            if frame is None:
                return None
            known = frame if known is None else known.hstack(frame)
            self._text[key] = known
        return known.select(c.name for c in columns) if columns else known

    def size(self, table: Table) -> int | None:
        """How many bytes a table has, counted as if packed in a file; None if not known."""
        given = self.frames.get(table.name)
        if isinstance(given, pl.DataFrame):
            return int(given.estimated_size() / _PER_PACKED)
        if given is not None or table.made_of:
            return None
        files = self.files(table.declared, Findings())
        if files is None:
            return None
        stored = sum(p.stat().st_size for p in files.paths)
        return stored // _PER_PACKED if files.kind in ("csv", "ndjson") else stored


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
        return frame.select(ROWS)
    return frame.select(
        from_typed(pl.col(c.in_file or c.name), schema[c.in_file or c.name], c, how).alias(c.name)
        for c in columns
    )


def zone_of(table: Table, book_zone: ZoneInfo) -> ZoneInfo:
    """The zone of a table's times that have none of their own."""
    from zoneinfo import ZoneInfo as Zone

    said = table.declared.timezone
    return Zone(said.value) if said else book_zone
