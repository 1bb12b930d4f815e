"""Tables of rows that a test writes down, read as a file with the same texts would be."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tallybook.language.types import Type
from tallybook.tables import rules
from tallybook.tables.dialect import dialect
from tallybook.tables.expected import dates_of, wanted
from tallybook.tables.files import Folders
from tallybook.tables.reader import TableReader, zone_of
from tallybook.tables.typed import cleaned, dtype_of, parsed, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from tallybook.declare.model import Row
    from tallybook.declare.values import Datum
    from tallybook.resolve.model import Column, Table
    from tallybook.tables.dialect import Dialect
    from tallybook.text.diagnostic import Findings


Frames = dict[str, pl.DataFrame]  # by source

_ROW = "$row"  # tells how many rows there are, whatever columns they have


@dataclass
class GivenReader(TableReader):
    """Reads tables that are in memory already, in the engine's types."""

    given: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def table(
        self,
        table: Table,
        columns: frozenset[str],  # noqa: ARG002 - what is given has been read, all of it
        zone: ZoneInfo,  # noqa: ARG002
        findings: Findings,  # noqa: ARG002
    ) -> pl.LazyFrame:
        """A table, with these columns and all others."""
        return self.given[table.name].lazy()

    def size(self, table: Table) -> int:  # noqa: ARG002 - every table is as good as none
        """How many bytes a table's files have."""
        return 0


def reader_of(given: Frames, nothing: Frames) -> GivenReader:
    """What reads tables that are given, and of other sources nothing.

    A source made by SQL is made of the others, if it is not given.
    """
    frames = {name: frame.lazy() for name, frame in given.items()}
    return GivenReader(Folders(Path(), Path()), frames, given=nothing | given)


def empty(table: Table) -> pl.DataFrame:
    """A table without rows."""
    schema = {c.name: dtype_of(c.type, c) for c in _stored(table)}
    return pl.DataFrame(schema={_ROW: pl.Int64, **schema})


def given_frames(
    table: Table, blocks: Sequence[Sequence[Row]], zone: ZoneInfo, findings: Findings
) -> list[pl.DataFrame]:
    """One table several times, each with the rows of a block; a column not given is null.

    All blocks are read in one go. A value that cannot be read is a finding.
    """
    rows = [{name.value: datum for name, datum in row} for block in blocks for row in block]
    how = dialect(table.declared.read)
    columns = _stored(table)
    text = pl.DataFrame(
        {c.name: [_text(row.get(c.name), how, table) for row in rows] for c in columns},
        schema={c.name: pl.String for c in columns},
    )
    numbers = pl.Series(_ROW, range(len(rows)), pl.Int64)
    typed = _typed(text, rows, table, columns, zone, findings).insert_column(0, numbers)
    starts = accumulate((len(block) for block in blocks), initial=0)
    return [typed.slice(s, len(block)) for s, block in zip(starts, blocks, strict=False)]


def _stored(table: Table) -> list[Column]:
    """The columns that rows are made of; the others are computed from them."""
    return [c for c in table.columns.values() if not c.is_computed]


def _text(datum: Datum | None, how: Dialect, table: Table) -> str | None:
    """A value as the file would have it, None for what stands for none."""
    if datum is None or datum.text is None or datum.value in how.nulls:
        return None
    options = table.declared.read
    if options and options.decimal_comma and isinstance(datum.value, float):
        return datum.text.replace(".", ",")
    return datum.text


def _typed(
    text: pl.DataFrame,
    rows: Sequence[Mapping[str, Datum]],
    table: Table,
    columns: Sequence[Column],
    zone: ZoneInfo,
    findings: Findings,
) -> pl.DataFrame:
    how = reading(table.declared.read, zone_of(table, zone))
    clean = text.select(cleaned(pl.col(c.name), c).alias(c.name) for c in columns)
    typed = clean.select(
        parsed(pl.col(c.name), c, how).cast(dtype_of(c.type, c)).alias(c.name) for c in columns
    )
    for column in columns:
        faults = clean[column.name].is_not_null() & typed[column.name].is_null()
        for number in faults.arg_true():
            datum = rows[number][column.name]
            findings.add(
                rules.UNREADABLE_VALUE,
                f"expected {wanted(column.type, dates_of(column, table))} in "
                f"`{table.name}.{column.name}`, found `{datum.text}`",
                datum.span,
            )
    return typed.with_columns(
        pl.col(c.name).fill_nan(None) for c in columns if c.type is Type.FLOAT
    )
