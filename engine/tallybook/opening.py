"""Opening a book: its files read, its names resolved, its formulas checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tallybook.check.checker import check
from tallybook.declare.declare import declare
from tallybook.read.reader import load
from tallybook.resolve.resolver import resolve
from tallybook.tables.files import Folders
from tallybook.tables.headers import HeaderReader
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from tallybook.check.model import Checked
    from tallybook.parse.syntax import Value
    from tallybook.resolve.model import SchemaReader
    from tallybook.text.diagnostic import Diagnostic


@dataclass(frozen=True)
class Opened:
    """A checked book, where its files are, and its lints."""

    checked: Checked
    folders: Folders
    diagnostics: tuple[Diagnostic, ...]


def open_checked(
    folder: str | os.PathLike[str],
    *,
    parameters: Mapping[str, Value] | None = None,
    allow: Sequence[str | os.PathLike[str]] = (),
    schemas: Callable[[Folders], SchemaReader] = HeaderReader,
) -> Opened:
    """Load and check a book without reading more of its data than headers.

    Args:
        folder: where `tallybook.yml` is.
        parameters: values in place of those that the book gives its parameters.
        allow: folders outside the book that it may read from.
        schemas: what reads the columns of the sources.

    Raises:
        BookError: with all errors of the book.

    """
    findings = Findings()
    root = Path(folder)
    declarations = declare(load(root, findings), root, findings)
    data = declarations.settings.data
    folders = Folders(
        root, root / data.value if data else root / "data", tuple(Path(a) for a in allow)
    )
    book = resolve(declarations, schemas(folders), parameters or {}, findings)
    checked = check(book, findings)
    findings.raise_errors()
    return Opened(checked, folders, findings.in_file_order())
