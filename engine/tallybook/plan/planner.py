"""Turns questions into a plan.

Going down a formula, context functions change the period, the window and the population; what
arrives at an aggregate is a `Measure`. Equal measures are one. Measures that roll up share one
grouping of their source's rows; the others get branches of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.calendar import periods as calendar
from tallybook.calendar.model import CalendarRules, Period, Window
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.language.types import Type
from tallybook.language.units import COUNTED
from tallybook.plan.columns import columns_read
from tallybook.plan.conditions import both, for_table
from tallybook.plan.groups import branches, scans
from tallybook.plan.model import (
    Answer,
    Calculation,
    ConstantValue,
    ElapsedShares,
    Formula,
    Measure,
    MeasureValue,
    Placement,
    Plan,
    Question,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from tallybook.check.model import Checked, CheckedTable
    from tallybook.parse.syntax import Duration

_UNBOUNDED = Window(None, None)


@dataclass(frozen=True, slots=True)
class _Context:
    """Where in time and in which population a formula is computed."""

    periods: tuple[Period, ...]
    window: Callable[[Period], Window]
    dimensions: tuple[str, ...]
    conditions: tuple[ir.Row, ...]
    question: Question
    timed: bool  # a context function has made the window
    looks_ahead: bool  # rows placed by another column are taken past `as_of`, too
    lenient: bool  # `allocate: none`: a source without the dimension stays un-broken-down


def plan(
    checked: Checked, questions: Sequence[Question], as_of: dt.datetime, rules: CalendarRules
) -> Plan:
    """One plan for all questions. They are checked: nothing here can fail on what a user wrote."""
    now = as_of.astimezone(rules.zone).replace(tzinfo=None)
    planner = _Planner(checked, rules, now)
    answers = tuple(planner.answer(question) for question in questions)
    measures = tuple(planner.measures)
    reads = columns_read(measures, checked.tables)
    return Plan(
        checked, rules, as_of, measures, scans(measures), branches(measures), answers, reads
    )


class _Planner:
    def __init__(self, checked: Checked, rules: CalendarRules, now: dt.datetime) -> None:
        self._checked = checked
        self._now = now
        self._rules = rules
        self.measures: dict[Measure, int] = {}

    def answer(self, question: Question) -> Answer:
        """The formulas of a question, and which measures say what members there are."""
        columns = []
        presence: set[int] = set()
        for asked in question.columns:
            context = _Context(
                question.periods,
                lambda period: period.window,
                question.by,
                (),
                question,
                timed=False,
                looks_ahead=True,
                lenient=asked.allocate_none,
            )
            formula = self._formula(asked.cell, context)
            columns.append((asked.name, formula))
            presence |= self._presence(formula, question)
        return Answer(question, tuple(columns), tuple(sorted(presence)))

    def _presence(self, formula: Formula, question: Question) -> set[int]:
        """Counts of the rows behind a formula's measures, by all that the question asks by."""
        if not question.by:
            return set()
        listed = list(self.measures)
        found = set()
        for number in _numbers(formula):
            measure = listed[number]
            table = self._checked.tables[measure.source]
            if all(d in table.dimensions for d in question.by):
                windows = (measure.windows, measure.earlier)
                found |= {self._number(_rows_of(measure, w, question.by)) for w in windows if w}
        return found

    def _number(self, measure: Measure) -> int:
        return self.measures.setdefault(measure, len(self.measures))

    def _formula(  # noqa: C901, PLR0912 - one case a node
        self, cell: ir.Cell, context: _Context
    ) -> Formula:
        match cell:
            case ir.Constant(value=value, type=kind):
                return ConstantValue(value, kind)
            case ir.MetricValue(name=name, body=body):
                metric = self._checked.metrics[name].metric.declared
                lenient = context.lenient or metric.allocate == "none"
                return self._formula(body, replace(context, lenient=lenient))
            case ir.CellCall(function=function, arguments=arguments, type=kind):
                return Calculation(
                    function, tuple(self._formula(a, context) for a in arguments), kind
                )
            case ir.Filtered(body=body, condition=condition):
                conditions = (*context.conditions, condition)
                return self._formula(body, replace(context, conditions=conditions))
            case ir.Prior(body=body, by=by):
                return self._formula(body, self._earlier(context, by))
            case ir.Growth(body=body, by=by):
                now = self._formula(body, context)
                then = self._formula(body, self._earlier(context, by))
                return Calculation("growth", (now, then), Type.FLOAT)
            case ir.Trailing(body=body, length=length):
                return self._formula(
                    body,
                    self._windowed(context, lambda p: calendar.trailing(p, length, self._rules)),
                )
            case ir.ToDate(body=body, grain=grain):
                return self._formula(
                    body, self._windowed(context, lambda p: calendar.to_date(p, grain, self._rules))
                )
            case ir.Cumulative(body=body):
                return self._formula(
                    body,
                    replace(context, window=calendar.cumulative, timed=True, looks_ahead=True),
                )
            case ir.Total(body=body, over=over):
                return self._formula(body, replace(context, dimensions=_kept(context, over)))
            case ir.Conversion():
                return self._conversion(cell, context)
            case ir.Retention():
                return self._retention(cell, context)
            case ir.Elapsed():
                return self._elapsed(context)
            case ir.Aggregate() | ir.PerKey():
                return self._aggregate(cell, context)

    def _earlier(self, context: _Context, by: Duration | None) -> _Context:
        moved = tuple(calendar.earlier(p, by, self._rules) for p in context.periods)
        return replace(context, periods=moved)

    def _windowed(self, context: _Context, window: Callable[[Period], Window]) -> _Context:
        return replace(context, window=window, timed=True, looks_ahead=False)

    def _elapsed(self, context: _Context) -> Formula:
        """Of the windows that context functions make, nothing lies ahead: they end at `as_of`."""
        if context.timed:
            return ConstantValue(1.0, Type.FLOAT)
        return ElapsedShares(tuple(calendar.elapsed(p, self._rules) for p in context.periods))

    def _by_now(self, end: dt.datetime | None) -> dt.datetime:
        """An end, where `as_of` is not earlier: of a period that lies ahead it is."""
        return self._now if end is None else min(end, self._now)

    # Measures

    def _measure(
        self,
        aggregate: ir.Aggregate | ir.PerKey | ir.Conversion | ir.Retention,
        placement: Placement,
        context: _Context,
    ) -> Measure:
        source = aggregate.base if isinstance(aggregate, ir.Conversion) else aggregate.source
        table = self._checked.tables[source]
        dimensions = context.dimensions
        if context.lenient:
            dimensions = tuple(d for d in dimensions if d in table.dimensions)
        where = context.question.where
        return Measure(
            aggregate,
            placement,
            self._windows(placement, table, context),
            dimensions,
            both(*(for_table(c, table) for c in context.conditions)),
            for_table(where, table) if where is not None else None,
        )

    def _windows(
        self, placement: Placement, table: CheckedTable, context: _Context
    ) -> tuple[Window, ...]:
        """The windows of the periods in which rows so placed are taken.

        `as_of` does not cut the windows of rows placed by another column than the source's time:
        they are known already. All other windows end there at the latest, and so do stocks.
        """
        elsewhere = placement.kind == "timed" and placement.at != _time_of(table)
        if elsewhere and context.looks_ahead:
            asked = (replace(p, window=p.asked) for p in context.periods)
            return tuple(context.window(p) for p in asked)
        return tuple(self._window(p, placement, context) for p in context.periods)

    def _window(self, period: Period, placement: Placement, context: _Context) -> Window:
        """What `as_of` has seen of a period's window."""
        if context.timed:
            seen = Window(period.window.start, self._by_now(period.window.end))
            period = replace(period, window=seen)
        window = context.window(period)
        if placement.kind != "stock":
            return window
        start = window.start and min(window.start, self._now)
        return Window(start, self._by_now(window.end))

    def _aggregate(self, cell: ir.Aggregate | ir.PerKey, context: _Context) -> Formula:
        table = self._checked.tables[cell.source]
        placement = self._placement(cell, table, context)
        return MeasureValue(self._number(self._measure(cell, placement, context)), cell.type)

    def _placement(
        self, cell: ir.Aggregate | ir.PerKey, table: CheckedTable, context: _Context
    ) -> Placement:
        if cell.stock is not None:
            return Placement("stock", edge=cell.stock)
        bounded = any(context.window(p) != _UNBOUNDED for p in context.periods)
        at = cell.at or _inner_at(cell)
        if not bounded and not context.timed:
            return Placement("all", at)
        return Placement("timed", at or _time_of(table))

    def _conversion(self, cell: ir.Conversion, context: _Context) -> Formula:
        table = self._checked.tables[cell.base]
        placement = Placement("timed", _time_of(table))
        if all(context.window(p) == _UNBOUNDED for p in context.periods) and not context.timed:
            placement = Placement("all", _time_of(table))
        counted = replace(cell, as_share=False, type=Type.INTEGER, unit=COUNTED)
        measure = self._measure(counted, placement, context)
        value = MeasureValue(self._number(measure), Type.INTEGER)
        if not cell.as_share:
            return value
        base = ir.Aggregate(
            "count", cell.base, (), cell.base_where, None, None, Type.INTEGER, COUNTED
        )
        rows = MeasureValue(self._number(replace(measure, aggregate=base)), Type.INTEGER)
        return Calculation("/", (value, rows), Type.FLOAT)

    def _retention(self, cell: ir.Retention, context: _Context) -> Formula:
        table = self._checked.tables[cell.source]
        placement = Placement("timed", _time_of(table))
        before = self._earlier(context, cell.by)
        counted = replace(cell, as_share=False, type=Type.INTEGER, unit=COUNTED)
        measure = replace(
            self._measure(counted, placement, context),
            earlier=self._windows(placement, table, before),
        )
        value = MeasureValue(self._number(measure), Type.INTEGER)
        if not cell.as_share:
            return value
        keys = ir.Aggregate(
            "distinct", cell.source, (cell.key,), cell.where, None, None, Type.INTEGER, COUNTED
        )
        seen = self._measure(keys, placement, before)
        return Calculation("/", (value, MeasureValue(self._number(seen), Type.INTEGER)), Type.FLOAT)


def _kept(context: _Context, over: tuple[str, ...] | None) -> tuple[str, ...]:
    """The breakdown that `total` leaves."""
    if over is None or context.question.stands_for in over:
        return ()
    return tuple(d for d in context.dimensions if d not in over)


def _time_of(table: CheckedTable) -> ir.Row | None:
    """The column that places a source's rows; None where it has none."""
    time = table.table.time
    if time is None:
        return None
    return ir.Column(table.name, (), time, table.table.columns[time].type)


def _inner_at(cell: ir.Aggregate | ir.PerKey) -> ir.Row | None:
    """The `at` of the first aggregation of `per`, which counts where the outer has none."""
    if isinstance(cell, ir.PerKey):
        return next((at for inner in cell.inner for at in _ats(inner)), None)
    return None


def _ats(cell: ir.Cell) -> list[ir.Row]:
    match cell:
        case ir.Aggregate(at=ir.Column() | ir.RowCall() as at):
            return [at]
        case ir.CellCall(arguments=arguments):
            return [at for a in arguments for at in _ats(a)]
    return []


def _rows_of(measure: Measure, windows: tuple[Window, ...], by: tuple[str, ...]) -> Measure:
    """The count of the rows that a measure has in windows, whatever its own conditions."""
    source = measure.source
    counted = ir.Aggregate("count", source, (), None, None, None, Type.INTEGER)
    return Measure(counted, measure.placement, windows, by, None, measure.rows)


def _numbers(formula: Formula) -> list[int]:
    match formula:
        case MeasureValue(number=number):
            return [number]
        case Calculation(arguments=arguments):
            return [n for a in arguments for n in _numbers(a)]
        case ConstantValue() | ElapsedShares():
            return []
