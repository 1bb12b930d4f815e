"""Opening a book: its files read, its names resolved, its formulas checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tallybook.check.checker import check
from tallybook.dataclass import dataclass
from tallybook.declare.declare import declare
from tallybook.paths import METRICS
from tallybook.read.compose import no_garbage_collection
from tallybook.read.reader import load
from tallybook.resolve.library import merged
from tallybook.resolve.resolver import resolve
from tallybook.resolve.rules import UNKNOWN_LIBRARY
from tallybook.tables.files import Folders
from tallybook.tables.headers import HeaderReader
from tallybook.text.diagnostic import Findings, did_you_mean, name_list
from tallybook.text.kept import Kept

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from tallybook.calendar.custom import CustomCalendar
    from tallybook.check.model import Checked
    from tallybook.declare.model import CalendarTable, Declarations, Text
    from tallybook.parse.syntax import Value
    from tallybook.resolve.model import SchemaReader
    from tallybook.text.diagnostic import Diagnostic


def _library(name: Text, findings: Findings, kept: Kept) -> Declarations | None:
    """The definitions that are shipped under a name."""
    folder = METRICS / name.value
    known = sorted(p.name for p in METRICS.iterdir() if p.is_dir())
    if name.value in known:
        return declare(load(folder, findings, kept), folder, findings, kept)
    findings.add(
        UNKNOWN_LIBRARY,
        f"there is no library `{name.value}`",
        name.span,
        help=did_you_mean(name.value, known, otherwise=f"there is {name_list(known)}"),
    )
    return None


def _calendar(said: CalendarTable, folders: Folders, findings: Findings) -> CustomCalendar | None:
    """The calendar that a book has of its own."""
    from tallybook.tables.calendar_file import read_calendar

    return read_calendar(said, folders, findings)


@dataclass(frozen=True)
class Opened:
    """A checked book, where its files are, and its lints."""

    checked: Checked
    folders: Folders
    diagnostics: tuple[Diagnostic, ...]


@no_garbage_collection()
def open_checked(
    folder: str | os.PathLike[str],
    *,
    parameters: Mapping[str, Value] | None = None,
    allow: Sequence[str | os.PathLike[str]] = (),
    schemas: Callable[[Folders], SchemaReader] = HeaderReader,
    kept: Kept | None = None,
) -> Opened:
    """Load and check a book without reading more of its data than headers.

    Args:
        folder: where `tallybook.yml` is.
        parameters: values in place of those that the book gives its parameters.
        allow: folders outside the book that it may read from.
        schemas: what reads the columns of the sources.
        kept: where to keep what can be used again when the book is opened again after a change.

    Raises:
        BookError: with all errors of the book.

    """
    findings = Findings()
    kept = kept or Kept()
    kept.begin()
    root = Path(folder)
    documents = load(root, findings, kept)
    read = {document.source.name for document in documents}
    lost = any(d.span is None or d.span.source.name not in read for d in findings.in_file_order())
    declarations = declare(documents, root, findings, kept)
    if lost:  # what an unreadable file declares would be told as unknown, wherever it is used
        findings.raise_errors()
    for name in declarations.settings.library:
        library = _library(name, findings, kept)
        if library is not None:
            declarations = merged(library, declarations)
    data = declarations.settings.data
    folders = Folders(
        root, root / data.value if data else root / "data", tuple(Path(a) for a in allow)
    )
    said = declarations.settings.calendar
    custom = _calendar(said, folders, findings) if said else None
    book = resolve(declarations, schemas(folders), parameters or {}, findings, custom, kept)
    checked = check(book, findings, kept)
    if declarations.tests:
        from tallybook.testing.check import check_tests

        check_tests(checked, findings)
    findings.raise_errors()
    return Opened(checked, folders, findings.in_file_order())
