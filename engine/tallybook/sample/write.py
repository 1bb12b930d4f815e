"""Rows to files: CSV with the standard library, Parquet with Polars."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import polars as pl

    from tallybook.sample.data import Row
    from tallybook.sample.tables import Column, Table

_BATCH = 100_000


def write_csv(table: Table, columns: Sequence[str], rows: Iterable[Row], path: Path) -> None:
    """One file with a header; nulls are empty, times are ISO 8601, lists are parted by spaces."""
    places = _places(table, columns)
    types = [table.columns[place].type for place in places]
    written = [(cell, _TEXT[type_]) for cell, type_ in enumerate(types) if type_ in _TEXT]

    def line(row: Row) -> list[object]:
        cells = [row[place] for place in places]
        for cell, text in written:
            if cells[cell] is not None:
                cells[cell] = text(cells[cell])
        return cells

    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([table.columns[place].name for place in places])
        out.writerows(map(line, rows))


def _places(table: Table, columns: Sequence[str]) -> list[int]:
    names = [column.name for column in table.columns]
    return [names.index(name) for name in columns or names]


def _boolean(value: object) -> str:
    return "true" if value else "false"


def _instant(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else ""


def _list(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else ""


_TEXT: dict[str, Callable[[object], str]] = {
    "boolean": _boolean,
    "datetime": _instant,
    "strings": _list,
}


def write_parquet(table: Table, columns: Sequence[str], rows: Iterable[Row], path: Path) -> None:
    """One Parquet file with the types of the schema."""
    import polars as pl

    places = _places(table, columns)
    schema = {table.columns[place].name: _polars_type(table.columns[place]) for place in places}
    stream = iter(rows)
    frames = [pl.DataFrame(schema=schema)]
    while batch := list(islice(stream, _BATCH)):
        series = [[row[place] for row in batch] for place in places]
        frames.append(pl.DataFrame(dict(zip(schema, series, strict=True)), schema=schema))
    pl.concat(frames).write_parquet(path)


def _polars_type(column: Column) -> pl.DataType:
    import polars as pl

    match column.type:
        case "string":
            return pl.String()
        case "boolean":
            return pl.Boolean()
        case "integer":
            return pl.Int64()
        case "float":
            return pl.Float64()
        case "date":
            return pl.Date()
        case "datetime":
            return pl.Datetime("us")
        case "strings":
            return pl.List(pl.String())
