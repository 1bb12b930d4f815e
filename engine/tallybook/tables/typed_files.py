"""Files whose columns have types of their own: Parquet, Arrow, NDJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.tables import rules
from tallybook.tables.typed import type_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tallybook.language.types import Type
    from tallybook.tables.files import FileKind, Files
    from tallybook.text.diagnostic import Findings


def scan(files: Files, findings: Findings) -> pl.LazyFrame | None:
    """A file of typed columns, unread but for its schema."""
    try:
        frame = _scan(files.kind, files.paths)
        first = frame.collect_schema()
        if files.kind != "ndjson":  # there every row may have other columns
            for path in files.paths[1:]:
                other = _scan(files.kind, (path,)).collect_schema()
                if dict(other) != dict(first):
                    _tell_differing(files, path, first, other, findings)
                    return None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        names = ", ".join(f"`{p.name}`" for p in files.paths[:2])
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        findings.add(
            rules.UNREADABLE_FILE, f"{names} cannot be read as {files.kind}: {reason}", files.span
        )
        return None
    return frame


def _scan(kind: FileKind, paths: Sequence[Path]) -> pl.LazyFrame:
    match kind:
        case "parquet":
            return pl.scan_parquet(list(paths), glob=False)
        case "arrow":
            return pl.scan_ipc(list(paths))
        case _:
            return pl.scan_ndjson(list(paths), infer_schema_length=None)


def _tell_differing(
    files: Files, path: Path, first: pl.Schema, other: pl.Schema, findings: Findings
) -> None:
    """Say of one column how two files have it otherwise."""
    odd = min(n for n in {*first, *other} if first.get(n) != other.get(n))
    here, there = (str(s[odd]).lower() if odd in s else "not there" for s in (first, other))
    findings.add(
        rules.UNREADABLE_FILE,
        f"`{files.paths[0].name}` and `{path.name}` differ: "
        f"`{odd}` is {here} in one, and {there} in the other",
        files.span,
        help="files of one source have the same columns of the same types",
    )


def types_of(schema: pl.Schema) -> dict[str, Type]:
    """The columns that formulas can use, with their types."""
    found = ((name, type_of(dtype)) for name, dtype in schema.items())
    return {name: kind for name, kind in found if kind is not None}
