"""Rows of a source with everything that expressions over them need: columns, links, computed."""

from __future__ import annotations

import dataclasses
from dataclasses import field, replace
from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.model import UTC
from tallybook.compute.scalars import Clock, Operand, constant, instant, scalar
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.language.types import Type, unify
from tallybook.plan.conditions import is_windowed, rows_in
from tallybook.tables.reader import typed_frame
from tallybook.tables.typed import ROWS, dtype_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tallybook.check.model import Checked, UnionRows
    from tallybook.resolve.model import Column, Link, Table
    from tallybook.tables.reader import TableReader
    from tallybook.text.diagnostic import Findings

WINDOW = "$window"
WINDOW_START, WINDOW_END = "$start", "$end"


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """A link's far key, to be found unique before anything is looked up by it."""

    source: str
    link: str
    to: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A table as it was opened, with some of its columns."""

    columns: frozenset[str]
    frame: pl.LazyFrame


@dataclasses.dataclass
class RowFrames:
    """Builds the rows of sources, remembering which keys must be unique for it."""

    checked: Checked
    reader: TableReader
    clock: Clock
    as_of: dt.datetime
    findings: Findings
    columns: Mapping[str, pl.Expr] = field(default_factory=dict)  # in place of the frames' own
    small: bool = False  # tables are read into memory, once
    ahead: Mapping[str, frozenset[str]] = field(default_factory=dict)  # columns of tables, to open
    key_checks: dict[KeyCheck, pl.LazyFrame] = field(default_factory=dict)
    keys_meeting: dict[tuple[ir.Column, ir.Row], pl.Series | None] = field(default_factory=dict)
    _dimensions: dict[str, pl.DataType] = field(default_factory=dict)
    _opened: dict[str, _Opened] = field(default_factory=dict)
    _linked: dict[ir.Linked, str] = field(default_factory=dict)
    _rates: dict[ir.Rate, str] = field(default_factory=dict)

    # Expressions

    def expression(self, row: ir.Row) -> pl.Expr:
        """A row expression over a frame that `rows` has built for it."""
        return self.operand(row).expr

    def operand(self, row: ir.Row) -> Operand:
        """A row expression with its type."""
        return self._lowered(row).firm

    def _lowered(self, row: ir.Row) -> Operand:
        match row:
            case ir.Constant(value=value, type=kind):
                return constant(value, kind, self.clock)
            case ir.Column(type=kind):
                there = self.columns.get(row.name)
                return Operand(pl.col(column_name(row)) if there is None else there, kind)
            case ir.Rate():
                return Operand(pl.col(self.rate_name(row)), Type.FLOAT)
            case ir.Linked(type=kind):
                return Operand(pl.col(self.linked_name(row)), kind)
            case ir.PeriodBound(edge=edge):
                name = WINDOW_START if edge == "start" else WINDOW_END
                return Operand(pl.col(name), Type.DATETIME)
            case ir.RowCall(function=function, arguments=arguments, type=kind):
                operands = [self._lowered(a) for a in arguments]
                return scalar(function, operands, kind, self.clock)
            case ir.DimensionValue(name=name):
                raise LookupError(name)  # conditions are put into a source's terms before

    def linked_name(self, linked: ir.Linked) -> str:
        """The column that an aggregate of linked rows is joined as; equal ones are one column."""
        return self._linked.setdefault(linked, f"$linked{len(self._linked)}")

    def rate_name(self, rate: ir.Rate) -> str:
        """The column that an exchange rate is joined as."""
        return self._rates.setdefault(rate, f"$rate{len(self._rates)}")

    def dimension_dtype(self, dimension: str) -> pl.DataType:
        """The one type that a dimension has, whichever source it comes from."""
        if dimension not in self._dimensions:
            self._dimensions[dimension] = dimension_dtype(dimension, self.checked)
        return self._dimensions[dimension]

    # Frames

    def rows(self, source: str, needed: Iterable[ir.Row]) -> pl.LazyFrame:
        """The source's rows that `as_of` has seen, with all columns that `needed` is made of."""
        time = self.time_of(source)
        wanted = [*needed, *([time] if time is not None else [])]
        frame = self.with_columns_of(source, wanted)
        return frame if time is None else frame.filter(self._seen(time))

    def time_of(self, source: str) -> ir.Column | None:
        """The column that says when a source's rows were, if its data has it."""
        table = self.checked.tables[source].table
        if table.time is None or table.columns[table.time].absent:
            return None
        return ir.Column(source, (), table.time, table.columns[table.time].type)

    def _seen(self, time: ir.Column) -> pl.Expr:
        """Rows before `as_of`, and rows without a time."""
        value = self.operand(time)
        now = instant(self.as_of.replace(tzinfo=None))
        return value.expr.is_null() | (self.clock.instant(value) < now)

    def with_columns_of(self, source: str, needed: Iterable[ir.Row]) -> pl.LazyFrame:
        """All rows of a source, with all columns that `needed` is made of."""
        checked = self.checked.tables[source]
        columns: dict[str, ir.Column] = {}
        joined: list[ir.Linked | ir.Rate] = []
        todo = list(needed)
        while todo:
            for part in rows_in(todo.pop()):
                if isinstance(part, ir.Linked | ir.Rate):
                    joined.append(part)
                elif isinstance(part, ir.Column) and column_name(part) not in columns:
                    columns[column_name(part)] = part
                    if not part.links and part.name in checked.computed:
                        todo.append(checked.computed[part.name])
                    todo.extend(self._own_keys(source, part))
        own = {c.name for c in columns.values() if not c.links and c.name not in checked.computed}
        frame = self._stored(source, frozenset(own))
        keys = [k for c in columns.values() for k in self._own_keys(source, c)]
        frame = self._compute(source, frame, self._computed_under(source, keys))
        frame = self._look_up(source, frame, columns.values())
        frame = self._compute(source, frame, columns.values())
        return self._with_joined(frame, joined)

    def _computed_under(self, source: str, keys: Iterable[ir.Row]) -> list[ir.Column]:
        """The computed columns among keys, and those that they are made of: needed to look up."""
        computed, found, todo = self.checked.tables[source].computed, [], list(keys)
        while todo:
            for part in rows_in(todo.pop()):
                if isinstance(part, ir.Column) and not part.links and part.name in computed:
                    found.append(part)
                    todo.append(computed[part.name])
        return found

    def _own_keys(self, source: str, column: ir.Column) -> list[ir.Row]:
        """Our columns that a link's look-up needs."""
        if not column.links:
            return []
        table = self.checked.tables[source].table
        link = table.links[column.links[0]]
        return [ir.Column(source, (), c, table.columns[c].type) for c in link.on]

    def _stored(self, source: str, columns: frozenset[str]) -> pl.LazyFrame:
        """A table with at least these columns, opened once for all that is asked of it.

        The engine reads a table once for queries that begin alike, and of it only what they use.
        """
        known = self._opened.get(source)
        if known is not None and columns <= known.columns:
            return known.frame
        table = self.checked.tables[source].table
        before = self.ahead.get(source, frozenset()) if known is None else known.columns
        wanted = columns | before
        frame = self._open(table, wanted)
        if self.small:
            frame = frame.collect(engine="in-memory").lazy()
        self._opened[source] = _Opened(wanted, frame)
        return frame

    def _open(self, table: Table, columns: frozenset[str]) -> pl.LazyFrame:
        if table.union and table.name not in self.reader.frames:
            parts = self.checked.tables[table.name].union
            return pl.concat([self._part(part, table, sorted(columns)) for part in parts])
        if table.declared.sql is not None and table.name not in self.reader.frames:
            from tallybook.tables.derived import run_sql

            made = run_sql(table.declared.sql.value, {t: self._whole(t) for t in table.made_of})
            return typed_frame(made, table, [table.columns[c] for c in sorted(columns)], UTC)
        zone = self.checked.book.calendar.zone
        frame = self.reader.table(table, columns, zone, self.findings)
        self.findings.raise_errors()
        if frame is None:
            raise LookupError(table.name)  # `None` comes with a finding
        return frame

    def _part(self, part: UnionRows, table: Table, columns: list[str]) -> pl.LazyFrame:
        """The rows that one part brings to a union, as the union's columns."""
        formulas = {name: part.columns[name] for name in columns if name in part.columns}
        conditions = [part.where] if part.where is not None else []
        frame = self.rows(part.of, [*formulas.values(), *conditions])
        for condition in conditions:
            frame = frame.filter(self.expression(condition))
        if not columns:
            return frame.select(ROWS)
        return frame.select(
            self._filled(formulas.get(name), table.columns[name]).alias(name) for name in columns
        )

    def _filled(self, row: ir.Row | None, column: Column) -> pl.Expr:
        """A part's values of a column, in the column's type; null where the part says nothing."""
        dtype = dtype_of(column.type, column)
        if row is None:
            return pl.lit(None, dtype)
        value = self.operand(row)
        wanted = column.type is Type.DATETIME
        return (self.clock.instant(value) if wanted else value.expr).cast(dtype)

    def _whole(self, source: str) -> pl.LazyFrame:
        """All rows and columns of a source, the computed ones included, for SQL over it."""
        columns = self.checked.tables[source].table.columns.values()
        there = [ir.Column(source, (), c.name, c.type) for c in columns if not c.absent]
        return self.with_columns_of(source, there)

    def _look_up(
        self, source: str, frame: pl.LazyFrame, columns: Iterable[ir.Column]
    ) -> pl.LazyFrame:
        """The columns reached through links, each far table joined once."""
        by_link: dict[str, list[ir.Column]] = {}
        for column in columns:
            if column.links:
                by_link.setdefault(column.links[0], []).append(column)
        table = self.checked.tables[source].table
        for name, reached in by_link.items():
            frame = self._join_link(source, frame, table.links[name], reached)
        return frame

    def _join_link(
        self, source: str, frame: pl.LazyFrame, link: Link, reached: list[ir.Column]
    ) -> pl.LazyFrame:
        far_table = self.checked.tables[link.to].table
        beyond = [replace(c, source=link.to, links=c.links[1:]) for c in reached]
        keys = [ir.Column(link.to, (), k, far_table.columns[k].type) for k in link.to_key]
        far = self.with_columns_of(link.to, [*beyond, *keys])
        self.must_be_unique(source, link)
        key_names = [f"$key{i}" for i in range(len(keys))]
        far = far.select(
            *(pl.col(column_name(k)).alias(n) for k, n in zip(keys, key_names, strict=True)),
            *(
                pl.col(column_name(b)).alias(column_name(r))
                for b, r in zip(beyond, reached, strict=True)
            ),
        )
        return frame.join(far, left_on=list(link.on), right_on=key_names, how="left")

    def must_be_unique(self, source: str, link: Link) -> None:
        """Have a link's far key checked when the plan is run."""
        check = KeyCheck(source, link.name, link.to, link.to_key)
        if check in self.key_checks:
            return
        table = self.checked.tables[link.to].table
        keys = [ir.Column(link.to, (), k, table.columns[k].type) for k in link.to_key]
        frame = self.with_columns_of(link.to, keys).select(column_name(k) for k in keys)
        known = frame.filter(pl.all_horizontal(pl.all().is_not_null()))
        counted = known.group_by(pl.all()).agg(pl.len().alias("$rows"))
        self.key_checks[check] = counted.filter(pl.col("$rows") > 1).sort(pl.all()).head(3)

    def _compute(
        self, source: str, frame: pl.LazyFrame, columns: Iterable[ir.Column]
    ) -> pl.LazyFrame:
        """The computed columns, each after those it is made of."""
        computed = self.checked.tables[source].computed
        open_ = {c.name for c in columns if not c.links and c.name in computed}
        while open_:
            ready = [
                name
                for name in sorted(open_)
                if not any(
                    isinstance(p, ir.Column) and not p.links and p.name in open_
                    for p in rows_in(computed[name])
                )
            ]
            for name in ready:
                inside = rows_in(computed[name])
                frame = self._with_joined(
                    frame, [p for p in inside if isinstance(p, ir.Linked | ir.Rate)]
                )
            frame = frame.with_columns(self.expression(computed[n]).alias(n) for n in ready)
            open_ -= set(ready)
        return frame

    def _with_joined(
        self, frame: pl.LazyFrame, parts: Iterable[ir.Linked | ir.Rate]
    ) -> pl.LazyFrame:
        """The frame with what is looked up or aggregated for each row, each once."""
        wanted = list(parts)
        there = set(frame.collect_schema()) if wanted else set()
        for part in wanted:
            name = self.rate_name(part) if isinstance(part, ir.Rate) else self.linked_name(part)
            if name in there or is_windowed(part):
                continue
            there.add(name)
            if isinstance(part, ir.Rate):
                from tallybook.compute.exchange import with_rate

                frame = with_rate(frame, part, name, self)
            else:
                frame = self._join_linked(frame, name, part)
        return frame

    # Aggregates of the many rows that point to one

    def _join_linked(self, frame: pl.LazyFrame, name: str, linked: ir.Linked) -> pl.LazyFrame:
        """The frame with one more column: an aggregate of the rows linked to each row."""
        return self._joined(frame, name, linked, self._far_rows(linked), [])

    def with_windowed_links(
        self, frame: pl.LazyFrame, needed: Iterable[ir.Row], bounds: pl.LazyFrame
    ) -> pl.LazyFrame:
        """The aggregates of linked rows that depend on the window, for rows placed in windows.

        `bounds` has a row per window: its number and its bounds.
        """
        wanted = {
            part
            for row in needed
            for part in rows_in(row)
            if isinstance(part, ir.Linked) and is_windowed(part)
        }
        for linked in wanted:
            far = self._far_rows(linked, bounds)
            frame = self._joined(frame, self.linked_name(linked), linked, far, [WINDOW])
        return frame

    def _far_rows(self, linked: ir.Linked, bounds: pl.LazyFrame | None = None) -> pl.LazyFrame:
        """The other source's rows that meet the aggregate's `where`, with `$key…` columns."""
        from tallybook.compute.aggregates import order_columns

        aggregate = linked.aggregate
        where = [aggregate.where] if aggregate.where is not None else []
        order = order_columns(self, aggregate)
        needed = [*linked.their_keys, *aggregate.arguments, *where, *order]
        far = self.rows(aggregate.source, needed)
        if bounds is not None:
            far = far.join(bounds, how="cross")
        for condition in where:
            far = far.filter(self.expression(condition))
        keys = _key_names(linked)
        return far.with_columns(
            self.expression(k).alias(n) for k, n in zip(linked.their_keys, keys, strict=True)
        ).drop_nulls(keys)

    def _joined(
        self,
        frame: pl.LazyFrame,
        name: str,
        linked: ir.Linked,
        far: pl.LazyFrame,
        also_by: list[str],
    ) -> pl.LazyFrame:
        from tallybook.compute.aggregates import defaulted, grouped_value

        aggregate, keys = linked.aggregate, _key_names(linked)
        found = pl.lit(value=True).alias("$found")
        summed = (
            far.group_by([*also_by, *keys])
            .agg(grouped_value(self, aggregate).alias(name))
            .with_columns(found)
        )
        ours = [f"$ours{i}" for i in range(len(keys))]
        frame = frame.with_columns(
            self.expression(k).alias(n) for k, n in zip(linked.our_keys, ours, strict=True)
        )
        joined = frame.join(
            summed, left_on=[*also_by, *ours], right_on=[*also_by, *keys], how="left"
        )
        value = defaulted(aggregate.function, pl.col(name), pl.col("$found").is_not_null())
        return joined.with_columns(value.alias(name)).drop("$found", *ours)


def _key_names(linked: ir.Linked) -> list[str]:
    return [f"$key{i}" for i in range(len(linked.their_keys))]


def dimension_dtype(dimension: str, checked: Checked) -> pl.DataType:
    """The type that holds a dimension's members, whichever source they come from."""
    kind = Type.NULL
    for table in checked.tables.values():
        if dimension in table.dimensions:
            kind = unify(kind, table.dimensions[dimension].type) or kind
    return dtype_of(kind)


def column_name(column: ir.Column) -> str:
    """The name of a column in the frames built here: its way through links, and its own."""
    return "→".join((*column.links, column.name)) if column.links else column.name
