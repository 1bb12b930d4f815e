"""Checks all formulas of a book, each in the order that metrics are made of each other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.absences import absences
from tallybook.check.cards import check_cards
from tallybook.check.cells import CellScope
from tallybook.check.deprecations import check_deprecations
from tallybook.check.flows import check_target_periods
from tallybook.check.held import check_held
from tallybook.check.lengths import check_lengths
from tallybook.check.members import check_member_labels
from tallybook.check.model import Checked, CheckedMetric
from tallybook.check.rows import DimensionScope
from tallybook.check.segments import check_segments
from tallybook.check.sources import sources_of
from tallybook.check.steering import check_steering
from tallybook.check.surroundings import alike, surroundings, used
from tallybook.check.tables import Tables
from tallybook.language import ir
from tallybook.language.types import NUMBERS, Type
from tallybook.language.units import fits
from tallybook.parse.parser import parse
from tallybook.text.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.check.model import CheckedTable
    from tallybook.language.units import Unit
    from tallybook.resolve.model import Book, Metric
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span


def check(book: Book, findings: Findings, kept: Kept | None = None) -> Checked:
    """Every formula of the book with types and units; what is wrong with them is findings."""
    known = kept or Kept()
    around = known.same("around", surroundings(book), alike)
    tables = Tables(book, findings)
    checked_tables = tables.checked()
    metrics: dict[str, CheckedMetric] = {}
    scope = CellScope(tables, metrics)
    for metric in book.metrics.values():
        things = (metric, around, *used(metric.formula, metrics))
        checked = known.of("checked", things, partial(_metric, metric, scope), findings)
        if checked is not None:
            metrics[metric.name] = checked
    for name, checked_metric in dict(metrics).items():
        things = (checked_metric, around, *used(checked_metric.metric.target, metrics))
        complete = partial(_completed, checked_metric, scope, checked_tables)
        metrics[name] = known.of("completed", things, complete, findings)
    for card in book.scorecards.values():
        if card.where is not None:
            condition(tables, card.where.span, findings)
    whole = Checked(book, checked_tables, metrics)
    check_cards(whole, findings)
    check_lengths(book, findings)
    check_steering(whole, findings)
    check_deprecations(book, findings)
    check_segments(whole, findings)
    check_target_periods(whole, findings)
    check_held(whole, tables, findings)
    check_member_labels(book, findings)
    return whole


def condition(tables: Tables, span: Span, findings: Findings) -> ir.Row | None:
    """A condition over dimensions, as a scorecard's or a question's `where` has it."""
    expr = parse(span, findings)
    if expr is None:
        return None
    scope = DimensionScope(tables)
    return scope.expressions.condition(expr, "`where`")


def _metric(metric: Metric, scope: CellScope, findings: Findings) -> CheckedMetric | None:
    cell = scope.expressions.check(metric.formula)
    if cell.type is Type.UNKNOWN:
        return None
    if not scope.holds(cell, metric.name, metric.formula.span):
        return None
    unit = _unit(metric, cell, findings)
    return CheckedMetric(metric, cell, unit, None, sources_of(cell))


def _unit(metric: Metric, cell: ir.Cell, findings: Findings) -> Unit | None:
    """The unit that other formulas see: the declared one, if the formula can have it."""
    said = metric.unit
    if said is None:
        return cell.unit
    place = metric.declared.unit.span if metric.declared.unit else metric.formula.span
    if cell.type not in NUMBERS and cell.type is not Type.NULL:
        findings.add(
            rules.WRONG_UNIT,
            f"`{metric.name}` is {cell.type.words} and has no unit, found `{said.text}`",
            place,
        )
    elif not fits(said, cell.unit):
        findings.add(
            rules.WRONG_UNIT,
            f"`{metric.name}` declares `{said.text}`, and its formula gives `{cell.unit}`",
            place,
            help="correct the unit, or the formula",
        )
    elif said.kind == "percent" and _times_100(cell):
        findings.add(
            rules.PERCENT_TIMES_100,
            f"`{metric.name}` multiplies by 100 and is shown as percent, which multiplies again",
            metric.formula.span,
            help="drop the `* 100`",
        )
    return said.unit


def _times_100(cell: ir.Cell) -> bool:
    match cell:
        case ir.CellCall(function="*", arguments=arguments):
            return any(isinstance(a, ir.Constant) and a.value == 100 for a in arguments)  # noqa: PLR2004 - percent
        case ir.CellCall(function="/" | "+" | "-", arguments=(left, *_)):
            return _times_100(left)
    return False


def _completed(
    metric: CheckedMetric,
    scope: CellScope,
    tables: Mapping[str, CheckedTable],
    findings: Findings,
) -> CheckedMetric:
    """The metric with its target, and with the absent sources that it would need."""
    _check_target_unit(metric, findings)
    lacks = absences(metric.cell, tables)
    return replace(metric, target=_target(metric, scope, findings), lacks=lacks)


def _check_target_unit(metric: CheckedMetric, findings: Findings) -> None:
    """A lint where a target is a percentage and its metric no share, or the other way round."""
    unit, target = metric.declared_unit, metric.metric.declared.target
    if unit is None or target is None or target.value is None or target.span is None:
        return
    said = target.span.text.strip("\"' ")
    is_share = unit.kind in ("percent", "ratio")
    if said.endswith("%") and not is_share and unit.kind != "number":
        message, advice = f"`{said}` is {target.value}, and `{metric.name}` is no share", None
    elif unit.kind == "percent" and target.value > 1 and not said.endswith("%"):
        message = f"`{metric.name}` is a share, and the target `{said}` is {target.value:.0%} of it"
        advice = f"if it should be {said} %: `target: {said}%`"
    else:
        return
    findings.add(rules.TARGET_OF_ANOTHER_UNIT, message, target.span, help=advice)


def _target(metric: CheckedMetric, scope: CellScope, findings: Findings) -> ir.Cell | None:
    formula = metric.metric.target
    if formula is None:
        return None
    target = scope.expressions.check(formula)
    if target.type not in NUMBERS:
        if target.type is not Type.UNKNOWN:
            findings.add(
                rules.WRONG_TYPE,
                f"a target must be a number, found {target.type.words}",
                formula.span,
            )
        return None
    if not scope.holds(target, metric.name, formula.span):
        return None
    return target
