"""A formula as one Polars expression, for use in any frame."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from tallybook.calendar.model import CalendarRules
from tallybook.check.cells import InnerScope
from tallybook.check.model import Checked, CheckedTable
from tallybook.check.tables import Tables
from tallybook.compute.cell import cell_over_rows
from tallybook.compute.rows import RowFrames
from tallybook.compute.scalars import Clock
from tallybook.dataclass import dataclass
from tallybook.declare import model as declared
from tallybook.language.functions import FUNCTIONS
from tallybook.language.types import Type
from tallybook.parse import syntax
from tallybook.parse.parser import parse
from tallybook.resolve.model import Book, Column, Table
from tallybook.resolve.references import parts_of
from tallybook.tables.files import Folders
from tallybook.tables.reader import TableReader
from tallybook.tables.typed import Reading, from_typed, type_of
from tallybook.text.diagnostic import Findings
from tallybook.text.span import SourceText, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.parse.syntax import Value

_ROW = "row"  # the one source's name, for columns written with one: `row.amount`
_FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)

SchemaLike = pl.DataFrame | pl.LazyFrame | pl.Schema | dict[str, pl.DataType | type[pl.DataType]]


def compile_formula(
    formula: str,
    schema: SchemaLike,
    *,
    timezone: str = "UTC",
    parameters: Mapping[str, Value] | None = None,
) -> pl.Expr:
    """Compile a formula over the columns of one frame.

    Args:
        formula: with aggregates (`sum(amount where won) / count(won)`) an expression for `select`
            and `agg`; without any, one for `with_columns` and `filter`.
        schema: the frame, or its schema.
        timezone: the zone of naive times, and of days.
        parameters: values for names that are no columns.

    Raises:
        BookError: with what is wrong in the formula.

    """
    findings = Findings()
    span = whole(SourceText("formula", formula))
    expr = parse(span, findings)
    findings.raise_errors()
    if expr is None:
        raise ValueError(formula)  # `None` comes with a finding
    columns = _columns(schema)
    zone = ZoneInfo(timezone)
    book = _book(columns, zone, parameters or {})
    tables = Tables(book, findings, only=_ROW)
    rows = _rows(columns, book, zone, findings)
    if _has_aggregate(expr):
        cell = InnerScope(tables, _ROW).expressions.check(expr)
        findings.raise_errors()
        result = cell_over_rows(cell, rows)
    else:
        row = tables.rows(_ROW).expressions.check(expr)
        findings.raise_errors()
        result = rows.operand(row)
    return result.expr.cast(pl.Int64) if result.type is Type.INTEGER else result.expr


@dataclass(frozen=True, slots=True)
class _FrameColumn:
    column: Column
    dtype: pl.DataType


def _columns(schema: SchemaLike) -> dict[str, _FrameColumn]:
    """The columns whose types formulas know."""
    if isinstance(schema, pl.DataFrame | pl.LazyFrame):
        schema = schema.collect_schema()
    found = {}
    for name, dtype in pl.Schema(schema).items():
        kind = type_of(dtype)
        if kind is not None:
            found[name] = _FrameColumn(Column(name, kind, None, name), dtype)
    return found


def _book(
    columns: Mapping[str, _FrameColumn], zone: ZoneInfo, parameters: Mapping[str, Value]
) -> Book:
    source = declared.Source(declared.Text(_ROW, whole(SourceText("formula", _ROW))))
    known = {name: c.column for name, c in columns.items()}
    table = Table(_ROW, source, known, {}, {}, None, ())
    nothing = declared.Declarations(Path(), declared.Settings(), (), (), (), ())
    return Book(
        nothing,
        Path(),
        CalendarRules(zone),
        None,
        parameters,
        {_ROW: table},
        {},
        {},
        {},
        None,
        {},
    )


def _rows(
    columns: Mapping[str, _FrameColumn], book: Book, zone: ZoneInfo, findings: Findings
) -> RowFrames:
    """What lowers expressions, with the frame's own columns brought to the engine's types."""
    checked = Checked(book, {_ROW: CheckedTable(book.tables[_ROW], {}, {})}, {})
    typed = {
        name: from_typed(pl.col(name), c.dtype, c.column, Reading(zone=zone))
        for name, c in columns.items()
    }
    reader = TableReader(Folders(Path(), Path()))
    return RowFrames(checked, reader, Clock(zone, 0), _FOREVER, findings, typed)


def _has_aggregate(expr: syntax.Expr | syntax.Flow) -> bool:
    if isinstance(expr, syntax.Call):
        known = FUNCTIONS.get(expr.function)
        if known is not None and known.kind in ("aggregate", "context"):
            return True
    return any(_has_aggregate(part) for part in parts_of(expr))
