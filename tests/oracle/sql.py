"""The part of the language that SQL can say, as DuckDB's SQL: a second opinion on the first oracle.

Each aggregate is a scalar subquery of its cell, over its own source with links as left joins, and
each window is written as an expression over the period's bounds. Naive times, in UTC; weeks by
`week_starts`; no fiscal grains.
"""

# ruff: noqa: S608 - every name in these queries is the tests' own

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb

from oracle import terms as t
from oracle.schema import UnsaidError
from oracle.sql_rows import (
    COLUMN_TYPES,
    RowSql,
    call,
    is_condition,
    literal,
    operator,
    source_named,
)

if TYPE_CHECKING:
    from oracle.schema import Book, Question, Source, Tables, Value

SqlCells = dict[tuple[dt.datetime | None, tuple["Value", ...]], tuple["Value", ...]]


@dataclass(frozen=True, slots=True)
class _Cell:
    """The moved period's bounds as SQL; `rule` is the innermost window; `held` dimensions.

    `seen` is where `as_of` cuts it; `lengths` are how long the bounds, and what is seen, had been.
    """

    whole: tuple[str, str]
    bounds: tuple[str, str]
    seen: str
    lengths: tuple[str, str]
    rule: t.Expr | None
    held: tuple[str, ...]
    filters: tuple[t.Expr, ...] = ()


def cells(book: Book, tables: Tables, question: Question) -> SqlCells:
    """The cells of a question by (start of the period, members), metrics in their order."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for source in book.sources.values():
            _load(connection, source, tables)
        rows = connection.execute(_Compiler(book, question).query()).fetchall()
    width = 1 + len(question.by)
    return {(row[0], row[1:width]): row[width:] for row in rows}


def _load(connection: duckdb.DuckDBPyConnection, source: Source, tables: Tables) -> None:
    columns = ", ".join(f'"{c}" {COLUMN_TYPES[kind]}' for c, kind in source.columns.items())
    connection.execute(f"CREATE TABLE {source.name} ({columns})")
    rows = [tuple(_stored(row[c]) for c in source.columns) for row in tables[source.name]]
    marks = ", ".join([f"({', '.join('?' * len(source.columns))})"] * len(rows))
    if rows:
        values = [value for row in rows for value in row]
        connection.execute(f"INSERT INTO {source.name} VALUES {marks}", values)


def _stored(value: Value) -> Value:
    return None if isinstance(value, float) and math.isnan(value) else value


class _Compiler:
    def __init__(self, book: Book, question: Question) -> None:
        self.book = book
        self.question = question
        asked = question.as_of or book.as_of
        self.as_of = f"TIMESTAMP '{asked}'" if asked else "TIMESTAMP '2200-01-01'"
        self.members: list[str] = []

    def query(self) -> str:
        bounds = ("p.s", "p.e")
        lengths = ("p.length", "p.elapsed")
        cell = _Cell(("p.ws", "p.we"), bounds, "p.seen", lengths, None, self.question.by)
        shown = [self.metric(self.book.metrics[name], cell) for name in self.question.metrics]
        by = [f'm."{name}"' for name in self.question.by]
        found = " UNION ".join(self.members) if by else "SELECT 1"
        columns = ", ".join(["p.s", *by, *shown])
        return f"WITH {self._periods()}, m AS ({found}) SELECT {columns} FROM p CROSS JOIN m"

    # periods ----------------------------------------------------------------------------------

    def _periods(self) -> str:
        start, end = self.question.start, self.question.end
        if start is None or end is None:
            nothing = "NULL::TIMESTAMP"
            bounds = f"SELECT {nothing} ws, {nothing} we, {nothing} s, {nothing} e"
            cut = f"{nothing} seen, NULL::INTERVAL length, NULL::INTERVAL elapsed"
            return f"p AS (SELECT *, {cut} FROM ({bounds}))"
        first, after = f"TIMESTAMP '{start}'", f"TIMESTAMP '{end + dt.timedelta(days=1)}'"
        if self.question.grain is None:
            whole = f"SELECT {first} ws, {after} we"
        else:
            step = f"INTERVAL 1 {self.question.grain}"
            floor = self._floor(first, self.question.grain)
            series = f"unnest(generate_series({floor}, {after} - INTERVAL 1 day, {step}))"
            whole = f"SELECT ws, ws + {step} we FROM (SELECT {series} ws)"
        clipped = f"SELECT *, greatest(ws, {first}) s, least(we, {after}) e FROM ({whole})"
        cut = "s <> ws OR e <> we"
        seen = f"least(e, {self.as_of})"
        length = f"CASE WHEN {cut} THEN e - s END"
        elapsed = f"CASE WHEN {self.as_of} < e OR {cut} THEN greatest({seen}, s) - s END"
        lengths = f"{length} length, {elapsed} elapsed"
        return f"p AS (SELECT *, {seen} seen, {lengths} FROM ({clipped}))"

    def _floor(self, time: str, grain: str) -> str:
        if grain == "week" and self.book.week_starts == "sunday":
            return f"date_trunc('week', {time} + INTERVAL 1 day) - INTERVAL 1 day"
        return f"date_trunc('{grain}', {time})::TIMESTAMP"

    def _earlier(self, cell: _Cell, shift: t.Duration | None) -> _Cell:
        count, unit = (1, "period") if shift is None else (shift.count, shift.unit)
        size, grain = self._length()
        if unit == "period":
            count, unit = count * size, grain
        back = f"INTERVAL {count} {unit}"
        whole_start = f"({cell.whole[0]} - {back})"
        whole_end = f"({whole_start} + INTERVAL {size} {grain})"
        start = f"greatest({cell.bounds[0]} - {back}, {whole_start})"
        end, seen = (
            f"(CASE WHEN {x} IS NULL THEN {whole_end} ELSE least({start} + {x}, {whole_end}) END)"
            for x in cell.lengths
        )
        return replace(cell, whole=(whole_start, whole_end), bounds=(start, end), seen=seen)

    def _length(self) -> tuple[int, str]:
        if self.question.grain is not None:
            return 1, self.question.grain
        start, last = self.question.start, self.question.end
        if start is None or last is None:
            raise NotImplementedError("a shift without bounds")
        after = last + dt.timedelta(days=1)
        if start.day == after.day == 1:
            return 12 * (after.year - start.year) + after.month - start.month, "month"
        return (after - start).days, "day"

    def _window(self, cell: _Cell, clauses: t.Clauses) -> tuple[str, str]:
        """Start and end; the start may be NULL, for everything before the end."""
        start, end = cell.bounds
        end = cell.seen if clauses.at is None else end
        last = f"least({cell.seen}, {self.as_of})"
        match cell.rule:
            case t.Trailing(_, length):
                return f"({last} - INTERVAL {length.count} {length.unit})", last
            case t.ToDate(_, unit):
                return self._floor(f"({last} - INTERVAL 1 microsecond)", unit), last
            case t.Cumulative():
                return "NULL::TIMESTAMP", end
            case _:
                if clauses.as_of is None:
                    return start, end
                return f"least({start}, {self.as_of})", last

    # metrics ----------------------------------------------------------------------------------

    def metric(self, expr: t.Expr, cell: _Cell) -> str:
        match expr:
            case t.Aggregate():
                return self._aggregate(expr, cell)
            case t.Where(m, condition):
                return self.metric(m, replace(cell, filters=(*cell.filters, condition)))
            case t.Prior(m, shift):
                return self.metric(m, self._earlier(cell, shift))
            case t.Growth(m, shift):
                before = self.metric(m, self._earlier(cell, shift))
                ratio = f"({self.metric(m, cell)})::DOUBLE / nullif({before}, 0) - 1"
                return f"CASE WHEN ({before}) > 0 THEN {ratio} END"
            case t.Trailing(m) | t.ToDate(m) | t.Cumulative(m):
                return self.metric(m, replace(cell, rule=expr))
            case t.Total(m, over):
                kept = tuple(d for d in cell.held if over and d not in over)
                return self.metric(m, replace(cell, held=kept))
            case t.Converted():
                return self._converted(expr, cell)
            case t.Retained():
                return self._retained(expr, cell)
            case t.Lit():
                return literal(expr)
            case t.Call(name, arguments):
                return call(name, [self.metric(a, cell) for a in arguments])
            case _:
                return operator(expr, lambda inner: self.metric(inner, cell))

    def _rows(self, source: Source, cell: _Cell, clauses: t.Clauses) -> str:
        """The FROM and WHERE of the rows in a cell; notes whose members they have."""
        rows = RowSql(source, self._window(cell, clauses))
        placed = self._placed(source, cell, clauses)
        origin = rows.origin()
        conditions = [rows.dimension_condition(f) for f in cell.filters]
        asked = self.question.where
        wanted = [] if asked is None else [rows.dimension_condition(asked)]
        by = self.question.by
        if by and set(by) <= set(source.dimensions):
            listed = ", ".join(f'{rows.dimension(d)} AS "{d}"' for d in by)
            kept = " AND ".join([placed, *wanted])
            self.members.append(f"SELECT {listed} FROM p CROSS JOIN {origin} WHERE {kept}")
        held = [f'{rows.dimension(d)} IS NOT DISTINCT FROM m."{d}"' for d in cell.held]
        if clauses.where is not None:
            conditions.append(rows.text(clauses.where))
        every = " AND ".join([placed, *wanted, *conditions, *held])
        return f"FROM {origin} WHERE {every}"

    def _placed(self, source: Source, cell: _Cell, clauses: t.Clauses) -> str:
        seen = f"(r.{source.time} IS NULL OR r.{source.time} < {self.as_of})"
        column = f"r.{clauses.at.parts[-1] if clauses.at else source.time}"
        start, end = self._window(cell, clauses)
        if clauses.as_of is not None:
            if clauses.as_of == "start" and isinstance(cell.rule, t.Cumulative):
                raise UnsaidError("a stock at the start of everything")
            bound = end if clauses.as_of == "end" else start
            return f"{seen} AND {self._stock(source, f'least({bound}, {self.as_of})')}"
        if self.question.start is None and cell.rule is None:
            return seen
        after = f"(({start}) IS NULL OR {column} >= ({start}))"
        before = f"{column} IS NOT NULL AND (({end}) IS NULL OR {column} < ({end}))"
        return f"{seen} AND {after} AND {before}"

    def _stock(self, source: Source, at: str) -> str:
        if source.open is not None:
            begun, ended = source.open
            return f"r.{begun} < {at} AND (r.{ended} IS NULL OR r.{ended} >= {at})"
        time, key, per = source.time, source.key[0], (source.snapshot or ("",))[0]
        later = f"(o.{time} > r.{time} OR o.{time} = r.{time} AND o.{key} > r.{key})"
        newer = f"o.{per} = r.{per} AND o.{time} < {at} AND {later}"
        return f"r.{time} < {at} AND NOT EXISTS (SELECT 1 FROM {source.name} o WHERE {newer})"

    # aggregates -------------------------------------------------------------------------------

    def _aggregate(self, expr: t.Aggregate, cell: _Cell) -> str:
        source = self.book.sources[source_named(expr)]
        rows = self._rows(source, cell, expr.clauses)
        row_sql = RowSql(source, self._window(cell, expr.clauses))
        if not expr.clauses.per:
            return f"(SELECT {row_sql.fold(expr)} {rows})"
        keys = [row_sql.text(key) for key in expr.clauses.per]
        known = " AND ".join(f"{key} IS NOT NULL" for key in keys)
        inner = row_sql.of_group(expr.arguments[0])
        grouped = f"SELECT {inner} AS v {rows} AND {known} GROUP BY {', '.join(keys)}"
        where = "v" if expr.function == "count" and is_condition(expr.arguments[0]) else "true"
        outer = RowSql(source, ("", "")).folded(expr.function, "v", where, ())
        return f"(SELECT {outer} FROM ({grouped}))"

    def _converted(self, expr: t.Converted, cell: _Cell) -> str:
        base, event = self.book.sources[expr.base], self.book.sources[expr.event]
        rows = self._rows(base, cell, t.Clauses())
        span = f"r.{base.time} AND r.{base.time} + INTERVAL {expr.within.count} {expr.within.unit}"
        later = f"e.{event.time} BETWEEN {span} AND e.{event.time} < {self.as_of}"
        match = f"e.{expr.key} = r.{expr.key} AND {later}"
        followed = f"count(*) FILTER (EXISTS (SELECT 1 FROM {event.name} e WHERE {match}))"
        shown = f"{followed}::DOUBLE / nullif(count(*), 0)" if expr.rate else followed
        return f"(SELECT {shown} {rows})"

    def _retained(self, expr: t.Retained, cell: _Cell) -> str:
        source = self.book.sources[expr.source]
        before = self._rows(source, self._earlier(cell, expr.back), t.Clauses())
        now = self._rows(source, cell, t.Clauses())
        earlier = f"SELECT DISTINCT r.{expr.key} AS k {before} AND r.{expr.key} IS NOT NULL"
        again = f"k IN (SELECT r.{expr.key} {now} AND r.{expr.key} IS NOT NULL)"
        counted = f"count(*) FILTER ({again})"
        shown = f"{counted}::DOUBLE / nullif(count(*), 0)" if expr.rate else counted
        return f"(SELECT {shown} FROM ({earlier}))"
