"""Files whose columns have types of their own: Parquet, Arrow, NDJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.tables import rules
from tallybook.tables.typed import type_of

if TYPE_CHECKING:
    from tallybook.language.types import Type
    from tallybook.tables.files import Files
    from tallybook.text.diagnostic import Findings


def scan(files: Files, findings: Findings) -> pl.LazyFrame | None:
    """A file of typed columns, unread but for its schema."""
    try:
        match files.kind:
            case "parquet":
                frame = pl.scan_parquet(list(files.paths), glob=False)
            case "arrow":
                frame = pl.scan_ipc(list(files.paths))
            case _:
                frame = pl.scan_ndjson(list(files.paths), infer_schema_length=None)
        frame.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        names = ", ".join(f"`{p.name}`" for p in files.paths[:2])
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        findings.add(
            rules.UNREADABLE_FILE, f"{names} cannot be read as {files.kind}: {reason}", files.span
        )
        return None
    return frame


def types_of(schema: pl.Schema) -> dict[str, Type]:
    """The columns that formulas can use, with their types."""
    found = ((name, type_of(dtype)) for name, dtype in schema.items())
    return {name: kind for name, kind in found if kind is not None}
