"""`tally show`: all about one metric."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from tallybook.command.options import BookCommand
from tallybook.command.outcome import Refusal
from tallybook.command.words import json_text, label_of, own_text, unit_text
from tallybook.text.diagnostic import did_you_mean
from tallybook.text.excerpt import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.check.model import Checked, CheckedMetric
    from tallybook.command.options import Invocation
    from tallybook.declare.model import Benchmark, Deprecation, Scope

Fact = str | list[str] | None


@click.command("show", cls=BookCommand, examples="tally show cost_per_lead")
@click.argument("metric")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people, or for programs.",
)
@click.pass_obj
def command(at: Invocation, metric: str, format_: str) -> None:
    """Say all about one metric: its formula, unit, sources, dimensions, and what uses it."""
    checked = at.described()
    found = checked.metrics.get(metric)
    if found is None:
        advice = did_you_mean(metric, checked.metrics, otherwise="`tally list` names them")
        raise Refusal(f"there is no metric `{metric}`", advice)
    facts = _facts(found, checked)
    click.echo(
        json_text(facts) if format_ == "json" else harmless(_page(facts)), nl=format_ == "json"
    )


def _facts(metric: CheckedMetric, checked: Checked) -> dict[str, Fact]:
    from tallybook.resolve.expanded import expanded, formula_text

    said = metric.metric.declared
    written = formula_text(metric.metric)
    whole = expanded(metric.name, checked.book)
    return {
        "name": metric.name,
        "label": label_of(metric.name, said.label, checked),
        "description": own_text(said.description, checked) if said.description else None,
        "formula": written,
        "expanded": whole if whole != written else None,
        "alternatives": list(_alternatives(metric, checked)),
        "computed": list(_computed(metric, checked)),
        "scoring": list(_scoring(metric, checked)),
        "scopes": list(_scopes(whole, checked)),
        "unit": unit_text(metric),
        "type": metric.cell.type.value,
        "better": str(said.better) if said.better else None,
        "sources": sorted(metric.sources),
        "lacks": sorted(metric.lacks),
        "dimensions": list(_dimensions(metric, checked)),
        "segment_by": [dimension.value for dimension in said.segment_by],
        "benchmarks": [_benchmark(b, metric, checked) for b in said.benchmarks],
        "deprecated": _deprecated(said.deprecated),
        "owner": said.owner.value if said.owner else None,
        "tags": [tag.value for tag in said.tags],
        "used_by": list(_users(metric.name, checked)),
        "tests": list(_tests(metric.name, checked)),
        "defined": said.name.span.where(),
        "formula_at": _formula_place(metric),
    }


def _alternatives(metric: CheckedMetric, checked: Checked) -> Iterator[str]:
    choices = checked.book.declarations.settings.choose
    chosen = {said.value: name.value for said, name in choices}.get(metric.name)
    for alternative in metric.metric.declared.alternatives:
        name = alternative.name.value
        yield f"{name} (in force)" if name == chosen else name


def _benchmark(said: Benchmark, metric: CheckedMetric, checked: Checked) -> str:
    """`42 hours, of B2B firms (a survey, 2023)`, as far as it is said."""
    unit = metric.declared_unit
    percent = unit is not None and unit.kind == "percent"
    value = f"{said.value * 100:g}%" if percent else f"{said.value:g}"
    where = f", {own_text(said.where, checked)}" if said.where else ""
    read = ", ".join(text.value for text in (said.source, said.date) if text)
    return f"{value}{where}{f' ({read})' if read else ''}"


def _deprecated(said: Deprecation | None) -> str | None:
    if said is None:
        return None
    since = f"since {said.since}" if said.since else "yes"
    return f"{since}; use {said.use}" if said.use else since


def _computed(metric: CheckedMetric, checked: Checked) -> Iterator[str]:
    """The columns with a formula that the metric rests on."""
    from tallybook.check.sources import columns_read
    from tallybook.resolve.expanded import on_one_line

    for table, name in sorted(columns_read(metric.cell, checked.tables)):
        column = checked.book.tables[table].columns[name]
        formula = column.declared.formula if column.declared else None
        if formula is not None and name in checked.tables[table].computed:
            yield f"{table}.{name} = {on_one_line(formula.text)}"


def _scopes(formula: str, checked: Checked) -> Iterator[str]:
    """The named conditions in a formula, and those in them, written out."""
    from tallybook.resolve.expanded import on_one_line

    said = {scope.name.value: on_one_line(scope.condition.text) for scope in _declared(checked)}
    seen: set[str] = set()
    words = _words(formula)
    while found := [name for name in said if name in words and name not in seen]:
        seen.update(found)
        words = {word for name in found for word in _words(said[name])}
        yield from (f"{name} = {said[name]}" for name in found)


def _declared(checked: Checked) -> tuple[Scope, ...]:
    return checked.book.declarations.scopes


def _words(formula: str) -> set[str]:
    return set(re.findall(r"\w+", formula))


def _scoring(metric: CheckedMetric, checked: Checked) -> Iterator[str]:
    """The rules behind the scores that the metric rests on."""
    from tallybook.check.sources import columns_read
    from tallybook.resolve.scores import part_column, source_of

    read = columns_read(metric.cell, checked.tables)
    for score in checked.book.declarations.scoring:
        for part in score.parts:
            column = part_column(score, part)
            if (source_of(score).value, column) in read:
                yield from (f"{column} {r.points:+g} where {r.when.text}" for r in part.rules)


def _formula_place(metric: CheckedMetric) -> str | None:
    """Where the formula stands, if not beside the name: a book may say only a target anew."""
    span = metric.metric.formula.span
    beside = span.source.name == metric.metric.declared.name.span.source.name
    return None if beside else span.where()


def _dimensions(metric: CheckedMetric, checked: Checked) -> Iterator[str]:
    from tallybook.check.sources import broken_down

    tables = checked.book.tables
    anything = metric.metric.declared.allocate == "none"
    for name in sorted(checked.book.dimension_names()):
        reached = [source for source, _ in broken_down(metric.cell, (name,))]
        if anything or all(name in tables[source].dimensions for source in reached):
            yield name


def _tests(name: str, checked: Checked) -> Iterator[str]:
    """The tests of the book that expect something of the metric."""
    if checked.book.declarations.tests:
        from tallybook.testing.question import query_of

        for test in checked.book.declarations.tests:
            if name in query_of(test).metrics:
                yield f"{test.name} ({test.name.span.where()})"


def _users(name: str, checked: Checked) -> Iterator[str]:
    """What changes when the metric does, one step away."""
    from tallybook.resolve.references import metric_names
    from tallybook.resolve.sections import metrics_named

    resolved = checked.book
    for other in sorted(resolved.metrics.values(), key=lambda m: m.name):
        formulas = (f for f in (other.formula, other.target) if f is not None)
        if any(n.parts[0] == name for f in formulas for n in metric_names(f)):
            yield other.name
    for funnel in resolved.funnels.values():
        if name in (stage.metric.value for stage in funnel.stages):
            yield f"funnel {funnel.name.value}"
    for card in resolved.scorecards.values():
        if any(m.value == name for section in card.sections for m in metrics_named(section)):
            yield f"scorecard {card.name.value}"


def _page(facts: dict[str, Fact]) -> str:
    head = f"{facts['name']}: {facts['label']}\n"
    if facts["description"]:
        head += f"  {facts['description']}\n"
    rest = {k: v for k, v in facts.items() if k not in ("name", "label", "description")}
    lines = [
        f"{key.replace('_', ' '):<12}  {_listed(key, fact) if isinstance(fact, list) else fact}\n"
        for key, fact in rest.items()
        if fact
    ]
    return head + "\n" + "".join(lines)


_ONE_PER_LINE = ("computed", "scoring", "scopes", "benchmarks", "tests")


def _listed(key: str, items: list[str]) -> str:
    return (f"\n{'':<14}" if key in _ONE_PER_LINE else ", ").join(items)
