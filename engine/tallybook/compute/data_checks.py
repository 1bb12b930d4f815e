"""Whether the data is what the book says: read whole, keys unique, conditions met."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.clocks import instant_of
from tallybook.check.source_checks import MustBeUnique, MustHold, SourceCheck
from tallybook.compute.refusals import refusals_told
from tallybook.compute.rows import RowFrames, column_name
from tallybook.compute.run import tell_duplicates
from tallybook.compute.scalars import Clock
from tallybook.language import ir
from tallybook.tables import rules
from tallybook.tables.reader import zone_of
from tallybook.text.diagnostic import BookError, Findings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from tallybook.check.model import Checked, CheckedTable
    from tallybook.resolve.model import Table
    from tallybook.tables.reader import TableReader
    from tallybook.tables.unclear import UnclearTimes

_SHOWN = 3


def check_data(
    checked: Checked, reader: TableReader, as_of: dt.datetime, findings: Findings
) -> None:
    """Read every table there is data for, and tell what is wrong with it."""
    clock = Clock(checked.book.calendar.zone, checked.book.calendar.week_starts)
    for table in checked.tables.values():
        if table.table.absent:
            continue
        rows = RowFrames(checked, reader, clock, as_of, Findings())
        try:
            _check_table(table, rows, findings)
        except BookError as error:
            findings.extend(error.diagnostics)
    tell_unclear_times(checked, reader, None, None, findings)


def tell_unclear_times(
    checked: Checked,
    reader: TableReader,
    start: dt.date | None,
    end: dt.date | None,
    findings: Findings,
) -> None:
    """Tell of times that clocks show twice or never, from one day to the one before another."""
    zone = checked.book.calendar.zone
    low, high = (
        instant_of(dt.datetime.combine(day, dt.time()), zone) if day else None
        for day in (start, end)
    )
    for name, table in checked.tables.items():
        for column, times in reader.unclear_times(name).items():
            found = times.within(low, high)
            if found.twice or found.never:
                _tell_unclear(table.table, column, found, zone_of(table.table, zone), findings)


def _tell_unclear(
    table: Table, column: str, found: UnclearTimes, zone: ZoneInfo, findings: Findings
) -> None:
    told = [
        f"{len(times):,} {what}"
        for times, what in (
            (found.twice, "that clocks show twice, read as the earlier"),
            (found.never, "that no clock shows, moved forward"),
        )
        if times
    ]
    said, declared = table.declared.timezone, table.columns[column].declared
    findings.add(
        rules.UNCLEAR_TIME,
        f"`{table.name}.{column}` has times without an offset in {zone.key}: {'; '.join(told)}",
        said.span if said else declared.name.span if declared else table.declared.name.span,
        help="write their offset (`2024-10-27T02:30+01:00`), or say the zone that they are of: "
        "`timezone: UTC`",
    )


@refusals_told()
def _check_table(table: CheckedTable, rows: RowFrames, findings: Findings) -> None:
    there = (c.name for c in table.table.columns.values() if not c.absent)
    columns = [_column(table, name) for name in there]
    frame = rows.rows(table.name, [*columns, *_through_links(table, rows), *_needed(table.checks)])
    queries = [_query(check, frame, rows) for check in table.checks]
    keys = list(rows.key_checks.items())
    everything = frame.select(column_name(c) for c in columns).select(pl.all().null_count())
    frames = pl.collect_all([everything, *queries, *(q for _, q in keys)], engine="streaming")
    duplicates = frames[1 + len(queries) :]
    for (key, _), found in zip(keys, duplicates, strict=True):
        tell_duplicates(key, found, rows.checked, findings)
    if any(not found.is_empty() for found in duplicates):
        return  # rows looked up by such a key stand several times, and say nothing about the rest
    for check, found in zip(table.checks, frames[1:], strict=False):
        _tell(check, table, found, findings)


def _column(table: CheckedTable, name: str) -> ir.Column:
    return ir.Column(table.name, (), name, table.table.columns[name].type)


def _through_links(table: CheckedTable, rows: RowFrames) -> Iterable[ir.Row]:
    """One column behind every link, so that the far key is looked at."""
    for link in table.table.links.values():
        far = rows.checked.tables[link.to].table
        keyed = not any(table.table.columns[c].absent for c in link.on)
        if keyed and not far.absent and not any(far.columns[c].absent for c in link.to_key):
            key = link.to_key[0]
            yield ir.Column(table.name, (link.name,), key, far.columns[key].type)


def _needed(checks: Iterable[SourceCheck]) -> Iterable[ir.Row]:
    for check in checks:
        match check:
            case MustHold(condition=condition):
                yield condition
            case MustBeUnique(columns=columns):
                yield from columns


def _query(check: SourceCheck, frame: pl.LazyFrame, rows: RowFrames) -> pl.LazyFrame:
    """The rows that break a check: their number, and a few of them."""
    match check:
        case MustHold(condition=condition):
            inside = _columns_in(condition)
            broken = frame.filter(~rows.expression(condition))
            return broken.select(*inside).with_columns(pl.len().alias("$rows")).head(_SHOWN)
        case MustBeUnique(columns=columns):
            names = [column_name(c) for c in columns]
            known = frame.select(names).drop_nulls()
            counted = known.group_by(names).agg(pl.len().alias("$rows"))
            return counted.filter(pl.col("$rows") > 1).sort(names).head(_SHOWN)


def _columns_in(condition: ir.Row) -> list[str]:
    from tallybook.plan.conditions import rows_in

    return list(
        dict.fromkeys(column_name(p) for p in rows_in(condition) if isinstance(p, ir.Column))
    )


def _tell(check: SourceCheck, table: CheckedTable, found: pl.DataFrame, findings: Findings) -> None:
    if found.is_empty():
        return
    row = found.row(0, named=True)
    count = row.pop("$rows")
    shown = ", ".join(f"`{name}` = `{value}`" for name, value in row.items())
    match check:
        case MustHold(text=text, span=span):
            message = f"{count} row(s) of `{table.name}` break `{text}`: {shown}"
            findings.add(rules.BROKEN_CHECK, message, span)
        case MustBeUnique(span=span):
            message = f"{shown} stands in {count} rows of `{table.name}`, and must be unique"
            findings.add(rules.DUPLICATE_KEY, message, span)
