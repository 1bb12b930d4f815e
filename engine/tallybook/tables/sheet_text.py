"""Sheets of workbooks as tables of text: header, sample, columns, and the rows they stand in."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.tables import rules
from tallybook.tables.csv_text import told_twice
from tallybook.tables.dialect import SAMPLE_ROWS, Head
from tallybook.tables.workbook import BROKEN, NoSheetError, epoch_of, sheet_rows
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tallybook.tables.dialect import Dialect
    from tallybook.tables.serials import Epoch
    from tallybook.tables.workbook import Row
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span


def read_sheet_head(path: Path, how: Dialect, span: Span, findings: Findings) -> Head | None:
    """Header and sample; None, with findings, where there is no such sheet or nothing in it."""
    try:
        rows = _below_skipped(path, how)
        header = _header(rows)
        sample = list(islice(rows, SAMPLE_ROWS))
    except NoSheetError as error:
        _tell_missing(path, how, error.names, span, findings)
        return None
    except BROKEN as error:
        tell_broken(path, error, span, findings)
        return None
    if not header:
        findings.add(
            rules.EMPTY_FILE,
            f"the sheet of `{path.name}` is empty: not even a header",
            how.sheet.span if how.sheet else span,
            help="say which sheet has the rows: `read: {sheet: …}`",
        )
        return None
    columns = tuple(header.values())
    if told_twice(columns, path, span, findings):
        return None
    nulls = frozenset(how.nulls)
    return Head(
        columns,
        tuple(tuple(_value(cells.get(c), nulls) for c in header) for _, cells in sample),
    )


@dataclass(frozen=True, slots=True)
class SheetText:
    """Every column of a sheet that has a name, and the number of each row."""

    columns: dict[str, list[str | None]]
    numbers: list[int]
    epoch: Epoch


def sheet_text(path: Path, how: Dialect) -> SheetText:
    """A whole sheet, read once for several questions. Raises what is in `BROKEN`."""
    stat = path.stat()
    return _sheet_text(path, how, (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=8)
def _sheet_text(
    path: Path,
    how: Dialect,
    stamp: tuple[int, int],  # noqa: ARG001 - another one is another file
) -> SheetText:
    rows = _below_skipped(path, how)
    header = _header(rows)
    nulls = frozenset(how.nulls)
    columns: dict[str, list[str | None]] = {name: [] for name in header.values()}
    lists = [(place, columns[name]) for place, name in header.items()]
    numbers = []
    for number, cells in rows:
        numbers.append(number)
        for place, values in lists:
            values.append(_value(cells.get(place), nulls))
    return SheetText(columns, numbers, epoch_of(path))


def _below_skipped(path: Path, how: Dialect) -> Iterator[Row]:
    sheet = how.sheet.value if how.sheet else None
    return (row for row in sheet_rows(path, sheet, how.point) if row[0] > how.skip_rows)


def _header(rows: Iterator[Row]) -> dict[int, str]:
    """The names of the columns, by place. A column without one is nobody's."""
    _, cells = next(rows, (0, {}))
    return {place: name for place, name in cells.items() if name.strip()}


def _value(text: str | None, nulls: frozenset[str]) -> str | None:
    return None if text in nulls else text


def _tell_missing(
    path: Path, how: Dialect, names: tuple[str, ...], span: Span, findings: Findings
) -> None:
    known = f"it has {name_list(names)}"
    if how.sheet is None:
        message, help_ = f"`{path.name}` has no sheet with rows", None
    else:
        message = f"`{path.name}` has no sheet `{how.sheet}`; {known}"
        help_ = did_you_mean(how.sheet.value, names)
    findings.add(rules.UNREADABLE_FILE, message, how.sheet.span if how.sheet else span, help=help_)


def tell_broken(path: Path, error: Exception, span: Span, findings: Findings) -> None:
    """Say that a file is no workbook."""
    findings.add(
        rules.UNREADABLE_FILE,
        f"`{path.name}` cannot be read as a workbook: {str(error).strip() or type(error).__name__}",
        span,
        help="save it as .xlsx, without a password",
    )
