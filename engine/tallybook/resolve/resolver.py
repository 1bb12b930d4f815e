"""Looks every name of a book up, once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tallybook.declare import model as declared
from tallybook.language.units import DeclaredUnit, read_unit
from tallybook.parse.parser import parse
from tallybook.resolve import rules as naming
from tallybook.resolve.groups import scopes, with_groups
from tallybook.resolve.library import with_choices
from tallybook.resolve.model import Book, Metric
from tallybook.resolve.rates import rates, with_rates
from tallybook.resolve.references import in_dependency_order, metric_names
from tallybook.resolve.scores import with_scores
from tallybook.resolve.sections import broken_down_by, metrics_named
from tallybook.resolve.settings import (
    ATTRIBUTION,
    calendar_rules,
    check_attribution,
    check_locales,
    currency_code,
)
from tallybook.resolve.tables import resolve_tables
from tallybook.resolve.targets import check_targets, with_targets
from tallybook.resolve.theme import theme
from tallybook.text.diagnostic import Related, did_you_mean, name_list
from tallybook.text.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tallybook.calendar.custom import CustomCalendar
    from tallybook.parse.syntax import Value
    from tallybook.resolve.model import SchemaReader
    from tallybook.text.diagnostic import Findings
    from tallybook.text.rule import Rule


def resolve(
    declarations: declared.Declarations,
    read_schema: SchemaReader,
    overrides: Mapping[str, Value],
    findings: Findings,
    custom: CustomCalendar | None = None,
    kept: Kept | None = None,
) -> Book:
    """The book with every name known; names that are not are findings and left out."""
    declarations = with_choices(declarations, findings)
    settings = declarations.settings
    currency = currency_code(settings, findings)
    check_locales(settings, findings)
    parameters = {**_parameters(settings), **overrides}
    check_attribution(settings, parameters, findings)
    sources = with_targets(settings, with_rates(declarations))
    tables = resolve_tables(sources, declarations, read_schema, currency, findings)
    tables = with_scores(tables, declarations.scoring, findings)
    tables = with_groups(tables, declarations.groups, findings)
    check_targets(declarations, tables, findings)
    book = Book(
        declarations,
        declarations.root,
        calendar_rules(settings, custom, findings),
        currency,
        parameters,
        tables,
        _metrics(declarations, currency, findings, kept or Kept()),
        {f.name.value: f for f in declarations.funnels},
        {s.name.value: s for s in declarations.scorecards},
        rates(settings, tables, findings),
        scopes(declarations, findings),
        theme(settings, findings),
    )
    _check_names(book, findings)
    return book


def _parameters(settings: declared.Settings) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in settings.parameters:
        found[name.value] = float(value) if not isinstance(value, int | str) else value
    if settings.attribution is not None:
        found[ATTRIBUTION] = settings.attribution.model.value
    return found


def _metrics(
    declarations: declared.Declarations, currency: str | None, findings: Findings, kept: Kept
) -> dict[str, Metric]:
    metrics = {}
    for metric in declarations.metrics:
        if metric.formula is None and metric.name.value in declarations.said_formulas:
            continue  # what it says is a finding already
        resolve_metric = partial(_metric, metric, currency)
        resolved = kept.of(("metric", currency), (metric,), resolve_metric, findings)
        if resolved:
            metrics[resolved.name] = resolved
    needs = {
        name: tuple(n.parts[0] for n in metric_names(m.formula) if n.parts[0] in metrics)
        for name, m in metrics.items()
    }
    order, circles = in_dependency_order(needs)
    for circle in circles:
        _add_cycle(circle, metrics, findings)
    broken = {name for circle in circles for name in circle}
    return {name: metrics[name] for name in order if name not in broken}


def _metric(metric: declared.Metric, currency: str | None, findings: Findings) -> Metric | None:
    name = metric.name.value
    if metric.formula is None:
        findings.add(
            naming.MISSING_FORMULA,
            f"the metric `{name}` has no formula",
            metric.name.span,
            help="add `formula:`, for example `count(leads)`",
        )
        return None
    formula = parse(metric.formula.span, findings)
    target = None
    if metric.target and metric.target.formula:
        target = parse(metric.target.formula.span, findings)
    if formula is None:
        return None
    return Metric(name, metric, formula, _unit(metric, currency), target)


def _unit(metric: declared.Metric, currency: str | None) -> DeclaredUnit | None:
    return read_unit(metric.unit.value, currency) if metric.unit else None


def _add_cycle(circle: tuple[str, ...], metrics: Mapping[str, Metric], findings: Findings) -> None:
    way = " -> ".join(f"`{name}`" for name in (*circle, circle[0]))
    first, following = metrics[circle[0]], circle[1 % len(circle)]
    here = next(n for n in metric_names(first.formula) if n.parts[0] == following)
    related = [Related(metrics[n].declared.name.span, f"`{n}` is here") for n in circle[1:]]
    findings.add(
        naming.CYCLE,
        f"`{circle[0]}` is made of itself: {way}",
        here.span,
        help="take one of them out of the circle",
        related=related,
    )


def _check_names(book: Book, findings: Findings) -> None:
    """The names that funnels, scorecards and parameters say."""
    metrics = {m.name.value for m in book.declarations.metrics}
    for name, _ in book.declarations.settings.parameters:
        if name.value in metrics:
            findings.add(
                naming.NAME_TAKEN,
                f"`{name.value}` is the name of a metric too",
                name.span,
                help="give the parameter another name",
            )
    for metric in book.declarations.metrics:
        if metric.deprecated is not None and metric.deprecated.use is not None:
            use = (metric.deprecated.use,)
            _expect(use, metrics, "metric", naming.UNKNOWN_METRIC, findings)
    for funnel in book.funnels.values():
        said = (name for stage in funnel.stages for name in (stage.metric, stage.time))
        stages = (name for name in said if name is not None)
        _expect(stages, metrics, "metric", naming.UNKNOWN_METRIC, findings)
    for annotation in book.declarations.annotations:
        _expect(annotation.metrics, metrics, "metric", naming.UNKNOWN_METRIC, findings)
    dimensions = book.dimension_names()
    for card in book.scorecards.values():
        each = (card.for_each,) if card.for_each else ()
        _expect(each, dimensions, "dimension", naming.UNKNOWN_DIMENSION, findings)
        for section in card.sections:
            _check_section(section, book, metrics, findings)


def _check_section(
    section: declared.Section, book: Book, metrics: set[str], findings: Findings
) -> None:
    _expect(metrics_named(section), metrics, "metric", naming.UNKNOWN_METRIC, findings)
    if isinstance(section, declared.FunnelSection):
        _expect((section.funnel,), book.funnels, "funnel", naming.UNKNOWN_FUNNEL, findings)
    if by := broken_down_by(section):
        known = book.dimension_names()
        _expect((by,), known, "dimension", naming.UNKNOWN_DIMENSION, findings)


def _expect(
    names: Iterable[declared.Text], known: Iterable[str], what: str, rule: Rule, findings: Findings
) -> None:
    known = frozenset(known)
    for name in names:
        if name.value not in known:
            findings.add(
                rule,
                f"there is no {what} `{name.value}`",
                name.span,
                help=did_you_mean(
                    name.value,
                    known,
                    otherwise=f"there is {name_list(known)}"
                    if known
                    else f"the book has no {what}",
                ),
            )
