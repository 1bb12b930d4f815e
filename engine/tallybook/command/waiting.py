"""What people who wait for a run are told: which part of the data has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.command.outcome import plural

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tallybook.book import Book
    from tallybook.declare.model import Scorecard


def behind(metrics: Iterable[str], book: Book) -> frozenset[str]:
    """The tables that are read for some metrics, those that links lead to included."""
    from tallybook.check.sources import tables_read

    checked = book.checked
    cells = (checked.metrics[m].cell for m in metrics if m in checked.metrics)
    return frozenset().union(*(tables_read(cell, checked.tables) for cell in cells))


def behind_page(card: Scorecard, book: Book) -> frozenset[str]:
    """The tables that are read for a scorecard."""
    from tallybook.judge.available import available_part
    from tallybook.judge.questions import page_metrics

    shown = available_part(card, book.checked)
    return behind(page_metrics(shown, book.checked), book)


def reading(tables: Iterable[str], book: Book) -> str:
    """`reading 12 of 104 files (180 of 1,510 MB)`, then `computing from 104 files (1,510 MB)`."""
    from tallybook.text.diagnostic import Findings

    declared = (book.checked.tables[t].table.declared for t in sorted(tables))
    located = (book.reader.files(source, Findings()) for source in declared)
    paths = {path for files in located if files is not None for path in files.paths}
    begun = paths.intersection(book.reader.begun[:-1])  # the last of them is being read
    if paths - begun - set(book.reader.begun[-1:]):
        done, of_all = plural(len(paths), "file"), f"{_megabytes(paths)} MB"
        return f"reading {len(begun)} of {done} ({_megabytes(begun)} of {of_all})"
    return f"computing from {plural(len(paths), 'file')} ({_megabytes(paths)} MB)"


def _megabytes(paths: Iterable[Path]) -> str:
    size = 0
    for path in paths:
        try:
            size += path.stat().st_size
        except OSError:  # gone since; whoever reads it will tell
            continue
    return f"{size / 1e6:,.0f}"
