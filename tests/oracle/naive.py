"""Cells by loops over rows, to the letter of the language page: plain, slow, meant to be right.

Where the page leaves room, the reading taken is said in a comment, here and beside the pieces
(`clock`, `scalars`, `folds`, `rows`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from oracle import terms as t
from oracle.clock import Clock, Period
from oracle.folds import fold
from oracle.rows import Rows, Scope, Window, source_of
from oracle.scalars import binary, evaluate
from oracle.schema import Answer, Question, UnsaidError

if TYPE_CHECKING:
    from oracle.schema import Book, Members, Row, Source, Tables, Value

_WindowRule = t.Trailing | t.ToDate | t.Cumulative


@dataclass(frozen=True, slots=True)
class Cell:
    """What a metric is computed in. `members` are the dimensions held fixed, by name; of an
    `unallocated` cell, those that a source lacks are not held.

    `rule` makes the window from the period. Of several, the innermost: each "changes the window in
    which the aggregates below it are computed", and all of them end where the period does. "Inside
    `trailing` and the like, the period moves first, then the window is made."
    """

    period: Period
    members: tuple[tuple[str, Value], ...] = ()
    filters: tuple[t.Expr, ...] = ()
    rule: _WindowRule | None = None
    unallocated: bool = False


def answer(book: Book, tables: Tables, question: Question) -> Answer:
    """Every period asked for, by every member that occurs."""
    evaluator = _Evaluator(book, tables, question)
    clock = evaluator.clock
    periods = clock.periods(question)
    members = evaluator.members(periods)
    cells = {
        (number, member, name): evaluator.cell(name, period, member)
        for number, period in enumerate(periods)
        for member in members
        for name in question.metrics
    }
    labels = tuple(
        (
            clock.label(period),
            period.start and period.start.date(),
            period.end and period.end.date(),
            clock.partial(period),
        )
        for period in periods
    )
    return Answer(labels, tuple(members), cells)


def formula_value(book: Book, tables: Tables, formula: t.Expr) -> Value:
    """A formula over everything that `as_of` lets be seen."""
    asked = replace(book, metrics={**book.metrics, "asked": formula})
    return answer(asked, tables, Question(("asked",))).cells[0, (), "asked"]


class _Evaluator:
    def __init__(self, book: Book, tables: Tables, question: Question) -> None:
        self.book = book
        self.question = question
        self.clock = Clock.of(book, question)
        self.rows = Rows(book, tables, self.clock)
        self._seen_members: set[Members] | None = None

    # cells ------------------------------------------------------------------------------------

    def cell(self, name: str, period: Period, member: Members) -> Value:
        held = tuple(zip(self.question.by, member, strict=True))
        return self.metric(t.Name((name,)), Cell(period, held))

    def members(self, periods: list[Period]) -> list[Members]:
        """ "Those with a row in any window that the question uses (comparison and stock included);
        a null member is a member". The question's filter counts, an aggregate's `where` does not:
        a channel without a won lead has 0 won leads.
        """
        if not self.question.by:
            return [()]
        self._seen_members = set()
        for period in periods:
            for name in self.question.metrics:
                self.metric(t.Name((name,)), Cell(period))
        found, self._seen_members = self._seen_members, None
        return sorted(found, key=lambda member: [(v is None, str(v)) for v in member])

    def metric(self, expr: t.Expr, cell: Cell) -> Value:
        return evaluate(expr, lambda leaf: self._leaf(leaf, cell), self.clock)

    def _leaf(self, expr: t.Expr, cell: Cell) -> Value:
        match expr:
            case t.Name((name,)) if name in self.book.metrics:
                lenient = cell.unallocated or name in self.book.unallocated
                return self.metric(self.book.metrics[name], replace(cell, unallocated=lenient))
            case t.Name((name,)):
                return self.book.parameters[name]
            case t.Aggregate():
                return self._aggregate(expr, cell)
            case t.Where(m, condition):
                return self.metric(m, replace(cell, filters=(*cell.filters, condition)))
            case t.Prior(m, shift):
                return self.metric(m, self._earlier(cell, shift))
            case t.Growth(m, shift):
                return self._growth(m, shift, cell)
            case t.Trailing(m) | t.ToDate(m) | t.Cumulative(m):
                return self.metric(m, replace(cell, rule=expr))
            case t.Total(m, over):
                kept = tuple(x for x in cell.members if over and x[0] not in over)
                return self.metric(m, replace(cell, members=kept))
            case t.Converted():
                return self._converted(expr, cell)
            case t.Retained():
                return self._retained(expr, cell)
            case t.Elapsed():
                return self._elapsed(cell)
            case _:
                raise TypeError(f"not of a metric: {expr}")

    def _earlier(self, cell: Cell, shift: t.Duration | None) -> Cell:
        return replace(cell, period=self.clock.earlier(cell.period, shift))

    def _growth(self, m: t.Expr, shift: t.Duration | None, cell: Cell) -> Value:
        """ "`m / prior(m, …) - 1`, null where the prior value is null or not above zero"."""
        now, before = self.metric(m, cell), self.metric(m, self._earlier(cell, shift))
        if before is None or binary(">", before, 0, self.clock) is not True:
            return None
        return binary("-", binary("/", now, before, self.clock), 1, self.clock)

    def _elapsed(self, cell: Cell) -> Value:
        """The share of the asked part of the period before `as_of`, as time passes: an hour that
        clocks leave out is none. Windows that a context function makes end at `as_of`.
        """
        period = cell.period
        if cell.rule is not None or period.start is None or period.end is None:
            return 1.0
        seen = period.end if period.seen is None else min(period.seen, period.end)
        start, gone, end = map(self.clock.instant, (period.start, seen, period.end))
        return (gone - start) / (end - start) if gone > start else None

    # windows ----------------------------------------------------------------------------------

    def window(self, cell: Cell, *, ahead: bool = False) -> Window:
        """ "Stocks, `trailing` and `to_date` end at the earlier of period end and `as_of`". Plain
        periods and `cumulative` leave rows placed by `at` where they fall: these look `ahead`. Of
        all others the window ends at `as_of`, which `period.end` in a condition shows.

        `to_date` begins in the year of the last instant before that earlier end.
        """
        period, as_of = cell.period, self.clock.as_of
        last = period.end if ahead else period.seen
        end = as_of if period.seen is None else min(period.seen, as_of)
        match cell.rule:
            case None:
                return Window(period.start, last, untimed=period.unbounded)
            case t.Cumulative():
                return Window(None, last)
            case t.Trailing(_, length):
                return Window(self.clock.add(end, -length.count, length.unit), end)
            case t.ToDate(_, unit):
                last = end - dt.timedelta(microseconds=1)
                first = self.clock.floor(last.date(), unit)
                return Window(dt.datetime.combine(first, dt.time()), end)

    def _window_of(self, source: Source, clauses: t.Clauses, cell: Cell) -> Window:
        """The window of an aggregate; that of a stock has no bound after `as_of`."""
        if clauses.as_of is None:
            elsewhere = clauses.at is not None and clauses.at.parts[-1] != source.time
            return self.window(cell, ahead=elsewhere)
        window, as_of = self.window(cell), self.clock.as_of
        start = None if window.start is None else min(window.start, as_of)
        return Window(start, as_of if window.end is None else min(window.end, as_of))

    def _inside(self, moment: dt.datetime | None, window: Window) -> bool:
        if moment is None:
            return window.untimed
        local = self.clock.instant
        after = window.start is None or local(window.start) <= moment
        return after and (window.end is None or moment < local(window.end))

    # rows of a cell ---------------------------------------------------------------------------

    def _placed(self, source: Source, clauses: t.Clauses, window: Window) -> list[Row]:
        seen = self.rows.seen(source)
        column = clauses.at.parts[-1] if clauses.at else source.time
        if clauses.as_of is None:
            return [row for row in seen if self._inside(self.rows.moment(row, column), window)]
        instant = self._stock_instant(clauses, window)
        if source.open is not None:
            return [row for row in seen if self._is_open(row, source.open, instant)]
        return self._last_known(source, seen, column, instant)

    def _stock_instant(self, clauses: t.Clauses, window: Window) -> dt.datetime:
        bound = window.end if clauses.as_of == "end" else window.start
        if bound is None:
            raise UnsaidError("a stock at the start of everything")
        return self.clock.instant(bound)

    def _is_open(self, row: Row, columns: tuple[str, str], at: dt.datetime) -> bool:
        """ "`from < t` and (`to` is null or `to >= t`)"."""
        begun, ended = (self.rows.moment(row, column) for column in columns)
        return begun is not None and begun < at and (ended is None or ended >= at)

    def _last_known(
        self, source: Source, seen: list[Row], column: str | None, at: dt.datetime
    ) -> list[Row]:
        """ "The last row before t per key"; "drops keys not seen for that long": a row ends that
        long after its time, and one that ends at t is still there, as `to >= t` keeps it.
        """
        last: dict[tuple[Value, ...], tuple[tuple[dt.datetime, tuple[Value, ...]], Row]] = {}
        for row in seen:
            moment = self.rows.moment(row, column)
            if moment is None or moment >= at:
                continue
            key = tuple(row[name] for name in source.snapshot or ())
            order = (moment, tuple(row[name] for name in source.key))
            if key not in last or last[key][0] < order:
                last[key] = (order, row)
        return [row for (moment, _), row in last.values() if self._lasts(source, moment, at)]

    def _lasts(self, source: Source, moment: dt.datetime, at: dt.datetime) -> bool:
        if source.expires is None:
            return True
        return self.clock.moment(self.clock.plus(moment, source.expires, 1)) >= at

    def _of_cell(
        self, source: Source, placed: list[Row], window: Window, cell: Cell
    ) -> list[Scope]:
        """Rows of the cell's members that meet the filters over dimensions.

        "Stocks with `where`: take the last row per key first, then filter": members too.
        """
        asked = () if self.question.where is None else (self.question.where,)
        scopes = [Scope(source, row, window) for row in placed]
        scopes = [s for s in scopes if all(self.rows.holds_of_dimensions(f, s) for f in asked)]
        self._note_members(source, scopes)
        return [
            scope
            for scope in scopes
            if all(self.rows.holds_of_dimensions(f, scope) for f in cell.filters)
            and all(
                self.rows.dimension(name, scope) == held
                for name, held in cell.members
                if name in source.dimensions or not cell.unallocated
            )
        ]

    def _note_members(self, source: Source, scopes: list[Scope]) -> None:
        by = self.question.by
        if self._seen_members is None or not set(by) <= set(source.dimensions):
            return
        self._seen_members.update(
            tuple(self.rows.dimension(name, scope) for name in by) for scope in scopes
        )

    # aggregates -------------------------------------------------------------------------------

    def _aggregate(self, expr: t.Aggregate, cell: Cell) -> Value:
        source = self.book.sources[source_of(expr, self.book)]
        window = self._window_of(source, expr.clauses, cell)
        placed = self._placed(source, expr.clauses, window)
        rows = self._of_cell(source, placed, window, cell)
        rows = [row for row in rows if self.rows.holds(expr.clauses.where, row)]
        return self._per(expr, rows) if expr.clauses.per else self.rows.folded(expr, rows)

    def _per(self, expr: t.Aggregate, rows: list[Scope]) -> Value:
        """A first aggregation per key; "a null key is no key"."""
        groups: dict[tuple[Value, ...], list[Scope]] = {}
        for row in rows:
            key = tuple(self.rows.value(name, row) for name in expr.clauses.per)
            if None not in key:
                groups.setdefault(key, []).append(row)
        first, *rest = expr.arguments
        values = [self._of_group(first, group) for group in groups.values()]
        if expr.function == "percentile":
            second = [self.metric(rest[0], Cell(Period(None, None, None, None, None)))]
        else:
            second = [self._of_group(rest[0], group) for group in groups.values()] if rest else []
        return fold(expr.function, values, len(groups), second)

    def _of_group(self, expr: t.Expr, group: list[Scope]) -> Value:
        def leaf(inner: t.Expr) -> Value:
            if isinstance(inner, t.Name):
                return self.book.parameters[inner.parts[0]]
            if not isinstance(inner, t.Aggregate):
                raise TypeError(f"not of a group: {inner}")
            kept = [row for row in group if self.rows.holds(inner.clauses.where, row)]
            return self.rows.folded(inner, kept)

        return evaluate(expr, leaf, self.clock)

    # cohorts ----------------------------------------------------------------------------------

    def _base_rows(self, name: str, cell: Cell) -> list[Scope]:
        source = self.book.sources[name]
        window = self.window(cell)
        placed = self._placed(source, t.Clauses(), window)
        return self._of_cell(source, placed, window, cell)

    def _converted(self, expr: t.Converted, cell: Cell) -> Value:
        """ "The base row's member and filters; the second source is only looked up"."""
        base = self._base_rows(expr.base, cell)
        events = self.rows.seen(self.book.sources[expr.event])
        converted = sum(self._is_followed(row, events, expr) for row in base)
        return binary("/", converted, len(base), self.clock) if expr.rate else converted

    def _is_followed(self, base: Scope, events: list[Row], expr: t.Converted) -> bool:
        key = base.row[expr.key]
        at = self.rows.moment(base.row, base.source.time)
        if key is None or at is None:
            return False
        latest = self.clock.plus(at, expr.within, 1)
        time = self.book.sources[expr.event].time
        return any(
            event[expr.key] == key
            and (then := self.rows.moment(event, time)) is not None
            and at <= then <= self.clock.moment(latest)
            for event in events
        )

    def _retained(self, expr: t.Retained, cell: Cell) -> Value:
        """ "Distinct keys seen in the period one month earlier that are seen again in this one"."""
        before = self._keys(expr, self._earlier(cell, expr.back))
        again = len(before & self._keys(expr, cell))
        return binary("/", again, len(before), self.clock) if expr.rate else again

    def _keys(self, expr: t.Retained, cell: Cell) -> set[Value]:
        return {row.row[expr.key] for row in self._base_rows(expr.source, cell)} - {None}
