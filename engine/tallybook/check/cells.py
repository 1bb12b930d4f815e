"""Metric level: aggregates, other metrics, context functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.contexts import Contexts
from tallybook.check.expressions import UNKNOWN, Expressions, constant
from tallybook.check.rows import DimensionScope
from tallybook.check.sources import dimensions_missing, sources_of
from tallybook.language import ir
from tallybook.language.functions import FUNCTIONS
from tallybook.language.types import NUMBERS, Type
from tallybook.resolve import rules as names
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.check.model import CheckedMetric
    from tallybook.check.tables import Tables
    from tallybook.language.units import Unit
    from tallybook.parse import syntax
    from tallybook.text.span import Span


class CellScope:
    """Names and calls of a metric's formula. `metrics` holds those that are checked already."""

    def __init__(self, tables: Tables, metrics: Mapping[str, CheckedMetric]) -> None:
        self._tables = tables
        self._metrics = metrics
        self._findings = tables.findings
        self.expressions: Expressions[ir.Cell] = Expressions(self, tables.findings)
        self._contexts = Contexts(tables, self.expressions)

    def holds(self, cell: ir.Cell, name: str, span: Span) -> bool:
        """Whether the formula of a metric is not too large; a finding where it is."""
        return self._tables.holds(cell, name, span)

    def name(self, name: syntax.Name) -> ir.Cell:
        """A metric or a parameter."""
        word = name.parts[0]
        if len(name.parts) > 1:
            return self._row_outside(name)
        if word in self._metrics:
            metric = self._metrics[word]
            return ir.MetricValue(word, metric.cell, metric.cell.type, metric.unit)
        if word in self._tables.book.parameters:
            return constant(self._tables.book.parameters[word])
        if word not in self._tables.metric_names:  # else it has findings of its own
            self._unknown(name)
        return UNKNOWN

    def call(self, call: syntax.Call) -> ir.Cell:
        """An aggregate or a context function."""
        if FUNCTIONS[call.function].kind == "context":
            return self._contexts.check(call)
        if call.function == "exists":
            self._findings.add(
                rules.WRONG_CLAUSE,
                "`exists` asks about one row, and stands inside an aggregate",
                call.span,
                help=f"for example `count(accounts where {call.span.text})`",
            )
            return UNKNOWN
        return self._tables.aggregates.cell(call)

    def filter(self, expr: syntax.Filter) -> ir.Cell:
        """`metric where condition over dimensions`."""
        body = self.expressions.check(expr.operand)
        scope = DimensionScope(self._tables)
        condition = scope.expressions.condition(expr.condition, "`where`")
        if Type.UNKNOWN in (body.type, condition.type):
            return UNKNOWN
        for name, span in scope.used.items():
            for source, advice in dimensions_missing(body, (name,), self._tables.book):
                self._findings.add(
                    rules.MISSING_DIMENSION,
                    f"`{source}` has no dimension `{name}`, so it cannot be filtered by it",
                    span,
                    help=advice,
                )
        return ir.Filtered(body, condition, body.type, body.unit)

    def apply(
        self, function: str, arguments: tuple[ir.Cell, ...], kind: Type, unit: Unit | None
    ) -> ir.Cell:
        """A scalar call over cells."""
        return ir.CellCall(function, arguments, kind, unit)

    def _row_outside(self, name: syntax.Name) -> ir.Cell:
        table = self._tables.book.tables.get(name.parts[0])
        if table is None:
            known = self._tables.book.tables
            self._findings.add(
                names.UNKNOWN_SOURCE,
                f"there is no source `{name.parts[0]}`",
                name.spans[0],
                help=did_you_mean(name.parts[0], known, otherwise=f"there is {name_list(known)}"),
            )
            return UNKNOWN
        row = self._tables.rows(table.name).name(name)
        if row.type is not Type.UNKNOWN:
            function = "sum" if row.type in NUMBERS else "distinct"
            self._findings.add(
                rules.ROW_OUTSIDE_AGGREGATE,
                f"`{name}` has a value per row, and stands outside an aggregate",
                name.span,
                help=f"did you mean `{function}({name})`?",
            )
        return UNKNOWN

    def _unknown(self, name: syntax.Name) -> None:
        word, tables = name.parts[0], self._tables.book.tables
        if word in tables:
            self._findings.add(
                names.UNKNOWN_METRIC,
                f"`{word}` is a source, and stands where a metric is expected",
                name.span,
                help=f"did you mean `count({word})`?",
            )
            return
        having = [t.name for t in tables.values() if word in t.columns]
        known = {*self._tables.metric_names, *self._tables.book.parameters}
        advice = f"did you mean `sum({having[0]}.{word})`?" if having else None
        self._findings.add(
            names.UNKNOWN_METRIC,
            f"there is no metric or parameter `{word}`",
            name.span,
            help=did_you_mean(
                word, known, otherwise=advice or (f"there is {name_list(known)}" if known else None)
            ),
        )


class InnerScope:
    """The first aggregation of `per`: aggregates of one source, and arithmetic with them."""

    def __init__(self, tables: Tables, source: str) -> None:
        self._tables = tables
        self._source = source
        self._findings = tables.findings
        self.expressions: Expressions[ir.Cell] = Expressions(self, tables.findings)

    def name(self, name: syntax.Name) -> ir.Cell:
        """Only parameters: everything else must stand in the inner aggregate."""
        if len(name.parts) == 1 and name.parts[0] in self._tables.book.parameters:
            return constant(self._tables.book.parameters[name.parts[0]])
        self._findings.add(
            rules.ROW_OUTSIDE_AGGREGATE,
            f"`{name}` has several rows per key, and stands outside an aggregate",
            name.span,
            help=f"did you mean `avg(sum({name}) per …)`?",
        )
        return UNKNOWN

    def call(self, call: syntax.Call) -> ir.Cell:
        """An aggregate of the same source."""
        if FUNCTIONS[call.function].kind == "context":
            self._findings.add(
                rules.WRONG_CLAUSE,
                f"`{call.function}` cannot stand inside an aggregate with `per`",
                call.name_span,
                help="put it around the whole aggregate",
            )
            return UNKNOWN
        cell = self._tables.aggregates.cell(call)
        others = sources_of(cell) - {self._source}
        if others:
            self._findings.add(
                rules.OTHER_SOURCE,
                f"`per` groups the rows of `{self._source}`, found an aggregate over "
                f"{name_list(others)}",
                call.span,
                help="aggregate each source on its own, and combine the results",
            )
            return UNKNOWN
        return cell

    def filter(self, expr: syntax.Filter) -> ir.Cell:
        """`where` belongs after the last argument."""
        self._findings.add(
            rules.WRONG_CLAUSE,
            "`where` belongs after `per`, or into the inner aggregate",
            expr.condition.span,
        )
        return UNKNOWN

    def apply(
        self, function: str, arguments: tuple[ir.Cell, ...], kind: Type, unit: Unit | None
    ) -> ir.Cell:
        """A scalar call over the inner aggregates."""
        return ir.CellCall(function, arguments, kind, unit)
