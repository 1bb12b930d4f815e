"""The engine as a user's program sees it: `import tallybook`, a folder, frames."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl

from oracle.books import calendar_csv, to_yaml
from oracle.printer import to_formula
from oracle.schema import Answer
from tallybook.book import open_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from oracle.schema import Book, Question, Source, Tables, Value
    from tallybook.book import Book as Opened

_POLARS = {
    "string": pl.String(),
    "boolean": pl.Boolean(),
    "integer": pl.Int64(),
    "float": pl.Float64(),
    "decimal": pl.Decimal(28, 6),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
}


def frames(book: Book, tables: Tables) -> dict[str, pl.DataFrame]:
    """The tables with the types that the book declares."""
    return {name: _frame(source, tables) for name, source in book.sources.items()}


def _frame(source: Source, tables: Tables) -> pl.DataFrame:
    rows = [dict(row) for row in tables.get(source.name, ())]
    schema = {column: _POLARS[type_] for column, type_ in source.columns.items()}
    zoned = {c for c in schema for row in rows if getattr(row[c], "tzinfo", None) is not None}
    return pl.DataFrame(
        rows, schema={**schema, **dict.fromkeys(zoned, pl.Datetime("us", "UTC"))}, strict=True
    )


def ask(
    folder: Path, question: Question, sources: Mapping[str, pl.DataFrame] | None = None
) -> pl.DataFrame:
    """The engine's answer to a question about the book in a folder."""
    return _asked(open_book(folder, sources=sources), question)


def _asked(book: Opened, question: Question) -> pl.DataFrame:
    return book.query(
        question.metrics,
        by=question.by,
        grain=question.grain,
        start=question.start,
        end=question.end,
        where=None if question.where is None else to_formula(question.where),
        as_of=question.as_of,
    )


@contextmanager
def opened(
    book: Book, tables: Tables, *, stored: bool = False
) -> Iterator[Callable[[Question], Answer]]:
    """A book for as many questions as one likes, in the oracles' form.

    Its tables are frames in memory, which stream, or small files (`stored`), which do not.
    """
    with TemporaryDirectory() as written:
        write(book, Path(written), {})
        given = frames(book, tables)
        for name, frame in given.items() if stored else ():
            frame.write_parquet(Path(written) / "data" / f"{name}.parquet")
        loaded = open_book(written, sources=None if stored else given)
        yield lambda question: as_answer(_asked(loaded, question), question)


def write(book: Book, folder: Path, paths: Mapping[str, str]) -> None:
    """A book's YAML, and a folder for its data; `paths` says the files of sources."""
    text = to_yaml(book)
    for name, path in paths.items():
        text = text.replace(
            f"  {name}:\n    columns:", f"  {name}:\n    path: {path}\n    columns:"
        )
    (folder / "tallybook.yml").write_text(f"data: data/\n{text}", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "calendar.csv").write_text(calendar_csv(book), encoding="utf-8")


def as_answer(found: pl.DataFrame, question: Question) -> Answer:
    """Rows of a query as cells."""
    periods: dict[tuple[str, object, object, bool], int] = {}
    members: dict[tuple[Value, ...], None] = {}
    cells: dict[tuple[int, tuple[Value, ...], str], Value] = {}
    for row in found.iter_rows(named=True):
        period = (row["period"], row["start"], row["end"], row["partial"])
        number = periods.setdefault(period, len(periods))
        member = tuple(row[name] for name in question.by)
        members.setdefault(member)
        for metric in question.metrics:
            key = number, member, metric
            assert key not in cells, f"the same cell twice: {row}"
            cells[key] = row[metric]
    return Answer(tuple(periods), tuple(members), cells)  # type: ignore[arg-type] # dates of a frame
