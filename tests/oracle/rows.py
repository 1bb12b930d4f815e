"""Row expressions: one value per row of one source, links and linked aggregates included."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from oracle import terms as t
from oracle.folds import fold
from oracle.scalars import binary, evaluate
from oracle.schema import MissingDimensionError, UnsaidError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oracle.clock import Clock
    from oracle.schema import Book, Row, Source, Tables, Value


@dataclass(frozen=True, slots=True)
class Window:
    """Local bounds, half-open; `untimed` rows are in it where the question has no bounds at all."""

    start: dt.datetime | None
    end: dt.datetime | None
    untimed: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """A row, and what its expressions may look at besides its own columns."""

    source: Source
    row: Row
    window: Window
    outer: Scope | None = None


class Rows:
    """The tables of a book: cleaned, cut at `as_of`, and ready to be asked."""

    def __init__(self, book: Book, tables: Tables, clock: Clock) -> None:
        self.book = book
        self.clock = clock
        self._tables = {
            name: [self._clean(source, row) for row in tables.get(name, ())]
            for name, source in book.sources.items()
        }

    def _clean(self, source: Source, row: Row) -> Row:
        zone = ZoneInfo(source.timezone) if source.timezone else self.clock.zone
        values = {name: self._value(row.get(name), zone) for name in source.columns}
        return {name: _cleaned(value, name, source) for name, value in values.items()}

    def _value(self, value: Value, zone: ZoneInfo) -> Value:
        """A naive timestamp "is taken to be in the source's `timezone`, else the book's"; "NaN in a
        float column counts as null".
        """
        if isinstance(value, dt.datetime):
            return value.astimezone(dt.UTC) if value.tzinfo else self.clock.instant(value, zone)
        return None if isinstance(value, float) and math.isnan(value) else value

    def seen(self, source: Source) -> list[Row]:
        """Rows whose time lies at or after `as_of` are not seen; a row without a time is."""
        as_of = self.clock.instant(self.clock.as_of)
        return [
            row
            for row in self._tables[source.name]
            if (at := self.moment(row, source.time)) is None or at < as_of
        ]

    def moment(self, row: Row, column: str | None) -> dt.datetime | None:
        value = row[column] if column else None
        return self.clock.moment(value) if isinstance(value, dt.date) else None

    # evaluation -------------------------------------------------------------------------------

    def value(self, expr: t.Expr, scope: Scope) -> Value:
        return evaluate(expr, lambda leaf: self._leaf(leaf, scope), self.clock)

    def holds(self, condition: t.Expr | None, scope: Scope) -> bool:
        """ "Only rows on which the condition is true (unknown is not true)"."""
        return condition is None or self.value(condition, scope) is True

    def _leaf(self, expr: t.Expr, scope: Scope) -> Value:
        match expr:
            case t.Name(parts):
                return self._name(parts, scope)
            case t.Aggregate():
                return self._linked(expr, scope)
            case t.Exists():
                return self._exists(expr, scope)
            case t.Convert():
                return self._convert(expr, scope)
            case _:
                raise TypeError(f"not of a row: {expr}")

    def _name(self, parts: tuple[str, ...], scope: Scope) -> Value:
        if parts in {("period", "start"), ("period", "end")}:
            bound = scope.window.start if parts[1] == "start" else scope.window.end
            if bound is None:
                raise UnsaidError("the bounds of a window without them")
            return self.clock.instant(bound)
        if len(parts) > 1 and parts[0] == scope.source.name:
            return self._column(parts[1:], scope)
        if len(parts) > 1 and scope.outer is not None and parts[0] == scope.outer.source.name:
            return self._column(parts[1:], scope.outer)
        return self._column(parts, scope)

    def _column(self, parts: tuple[str, ...], scope: Scope) -> Value:
        """A column; a column of a linked row; else a dimension or a parameter of that name."""
        source, first = scope.source, parts[0]
        if len(parts) > 1:
            link = source.links[first]
            far = self.book.sources[link.to]
            row = self._looked_up(scope, first)
            return None if row is None else self._column(parts[1:], Scope(far, row, scope.window))
        if first in source.computed:
            return self.value(source.computed[first], scope)
        if first in source.columns:
            return scope.row[first]
        if first in source.dimensions:
            return self.value(source.dimensions[first], scope)
        return self.book.parameters[first]

    def _looked_up(self, scope: Scope, link_name: str) -> Row | None:
        """The one row of the far side; a null key finds none."""
        link = scope.source.links[link_name]
        key = [scope.row[column] for column in link.on]
        if None in key:
            return None
        for row in self._tables[link.to]:
            if [row[column] for column in link.to_key] == key:
                return row
        return None

    def dimension(self, name: str, scope: Scope) -> Value:
        if name not in scope.source.dimensions:
            raise MissingDimensionError(f"{scope.source.name} has no {name}")
        return self.value(scope.source.dimensions[name], scope)

    def holds_of_dimensions(self, condition: t.Expr, scope: Scope) -> bool:
        """A condition over dimensions, which are not the columns of the same name."""

        def leaf(expr: t.Expr) -> Value:
            if not isinstance(expr, t.Name):
                raise TypeError(f"not over dimensions: {expr}")
            return self.dimension(expr.parts[0], scope)

        return evaluate(condition, leaf, self.clock) is True

    # linked rows ------------------------------------------------------------------------------

    def _linked_rows(self, source: Source, link_name: str | None, scope: Scope) -> Iterable[Scope]:
        """ "These see all linked rows, not only those of the period", as far as `as_of` lets."""
        names = [
            name
            for name, link in source.links.items()
            if link.to == scope.source.name and link_name in {None, name}
        ]
        (name,) = names
        link = source.links[name]
        ours = [scope.row[column] for column in link.to_key]
        for row in self.seen(source):
            theirs = [row[column] for column in link.on]
            if theirs == ours and None not in theirs:
                yield Scope(source, row, scope.window, scope)

    def _linked(self, expr: t.Aggregate, scope: Scope) -> Value:
        source = self.book.sources[source_of(expr, self.book)]
        found = [
            linked
            for linked in self._linked_rows(source, None, scope)
            if self.holds(expr.clauses.where, linked)
        ]
        return self.folded(expr, found)

    def _exists(self, expr: t.Exists, scope: Scope) -> Value:
        source = self.book.sources[expr.source]
        if expr.on is None:
            linked = self._linked_rows(source, expr.link, scope)
        else:
            linked = self._paired(source, expr.on, scope)
        return any(self.holds(expr.where, row) for row in linked)

    def _paired(self, source: Source, on: tuple[t.Name, t.Name], scope: Scope) -> Iterable[Scope]:
        """`exists(mentions on theirs = ours)`, where no link is declared."""
        ours = self._name(on[1].parts, scope)
        for row in self.seen(source):
            theirs = Scope(source, row, scope.window, scope)
            if binary("=", self._name(on[0].parts, theirs), ours, self.clock) is True:
                yield theirs

    def _convert(self, expr: t.Convert, scope: Scope) -> Value:
        """Through the rate of the latest day that is not after the row's; the page says no more."""
        rates = self.book.rates
        amount, currency = self.value(expr.amount, scope), self.value(expr.currency, scope)
        at = self.value(expr.at, scope)
        if currency == expr.to:  # no rate is looked up, so the day does not matter
            return amount
        if rates is None or amount is None or currency is None or not isinstance(at, dt.date):
            return None
        day = self.clock.local(at).date() if isinstance(at, dt.datetime) else at
        here, there = self._rate(currency, day), self._rate(expr.to, day)
        return binary("/", binary("*", amount, here, self.clock), there, self.clock)

    def _rate(self, currency: Value, day: dt.date) -> Value:
        rates = self.book.rates
        if rates is None or currency == rates.own:
            return None if rates is None else 1
        known = [
            (row[rates.date], row[rates.to_base])
            for row in self._tables[rates.source]
            if row[rates.currency] == currency and str(row[rates.date]) <= str(day)
        ]
        return max(known)[1] if known else None

    # folding ----------------------------------------------------------------------------------

    def folded(self, expr: t.Aggregate, rows: list[Scope]) -> Value:
        """An aggregate of rows already chosen."""
        if expr.function in {"first", "last"}:
            told = expr.arguments[0]
            rows = [row for row in rows if self.value(told, row) is not None]
            rows.sort(key=lambda row: (*self._order(row, expr.clauses.at), self.value(told, row)))
        first, *rest = expr.arguments
        if isinstance(first, t.Name) and first.parts in {(name,) for name in self.book.sources}:
            return len(rows)  # `count(source)`
        values = [self.value(first, row) for row in rows]
        if expr.function == "percentile":
            second = [evaluate(rest[0], self._parameter, self.clock)]
        else:
            second = [self.value(rest[0], row) for row in rows] if rest else []
        return fold(expr.function, values, len(rows), second)

    def _parameter(self, expr: t.Expr) -> Value:
        match expr:
            case t.Name((name,)):
                return self.book.parameters[name]
            case _:
                raise TypeError(f"not a number: {expr}")

    def _order(self, row: Scope, at: t.Name | None) -> tuple[object, ...]:
        """By "the aggregate's time column (ties by the source's key)"."""
        column = at.parts[-1] if at else row.source.time
        moment = self.moment(row.row, column)
        key = tuple(row.row[column] for column in row.source.key)
        if moment is None:
            raise UnsaidError("where a row without a time stands among others")
        return (moment, key)


def _cleaned(value: Value, column: str, source: Source) -> Value:
    """A text as the book wants it: cleaned, then mapped."""
    if not isinstance(value, str):
        return value
    text = value
    for step in source.clean.get(column, ()):
        text = text.strip() if step == "trim" else text.lower()
    return source.mapped.get(column, {}).get(text, text)


def source_of(expr: t.Aggregate, book: Book) -> str:
    """The source that an aggregate is of: the first that a name in it begins with.

    Aggregates inside it are its own only under `per`; else they are of rows linked to its rows.
    """
    for child in t.children(expr):
        for name in _first_parts(child, into_aggregates=bool(expr.clauses.per)):
            if name in book.sources:
                return name
    raise LookupError(f"no source in {expr}")


def _first_parts(expr: t.Expr, *, into_aggregates: bool) -> Iterable[str]:
    match expr:
        case t.Name(parts):
            yield parts[0]
        case t.Exists():
            return
        case t.Aggregate() if not into_aggregates:
            return
        case _:
            inner = into_aggregates and not isinstance(expr, t.Aggregate)
            for child in t.children(expr):
                yield from _first_parts(child, into_aggregates=inner)
