"""Definitions and lineage: what a number means and where it comes from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.present import view
from tallybook.present.figures import precision
from tallybook.present.plain import one_line
from tallybook.present.prose import prose
from tallybook.present.trends import series_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.declare.model import Benchmark
    from tallybook.judge import model
    from tallybook.present.anchors import Anchors
    from tallybook.present.language import Language


def definition(
    card: model.Definition, condition: str | None, anchors: Anchors, speech: Language
) -> view.Definition:
    """One metric's entry; `condition` is what all rows of the page meet."""
    metric = card.metric
    name = speech.own(metric.label) or metric.name
    described = card.description.text(speech.tag) if card.description else ""
    return view.Definition(
        id=anchors.definition(metric.name),
        name=name,
        metric=one_line(metric.name),
        description=prose(described),
        facts=tuple(_facts(card, condition, speech)),
        sources=tuple(
            view.Link(_source_name(source, speech), "#" + anchors.source(source.name))
            for source in card.sources
        ),
        table=series_table(metric, card.series, name, speech),
    )


def _facts(card: model.Definition, condition: str | None, speech: Language) -> Iterator[view.Fact]:
    text = speech.text
    yield view.Fact(text("definition.formula"), one_line(card.formula), "code")
    if card.expanded and card.expanded != card.formula:
        yield view.Fact(text("definition.expanded"), one_line(card.expanded), "code")
    if condition:
        yield view.Fact(text("page.where"), one_line(condition), "code")
    yield view.Fact(text("definition.unit"), _unit(card.metric.unit, speech))
    yield view.Fact(text("definition.better"), text(f"better.{card.metric.better}"))
    if card.target is not None:
        cut = precision(card.metric.unit, card.metric.decimals, card.target)
        shown = speech.figure(card.target, card.metric, cut).full
        yield view.Fact(text("definition.target"), shown)
    for benchmark in card.benchmarks:
        yield view.Fact(text("definition.benchmark"), _benchmark(benchmark, card, speech))
    if card.owner:
        yield view.Fact(text("definition.owner"), one_line(card.owner))
    if card.tags:
        yield view.Fact(text("definition.tags"), ", ".join(map(one_line, card.tags)))
    yield view.Fact(text("definition.place"), one_line(card.place), "code")
    if card.changed:
        day = speech.day(card.changed)
        yield view.Fact(text("definition.changed"), day, "time", card.changed.isoformat())


def _benchmark(said: Benchmark, card: model.Definition, speech: Language) -> str:
    """What others reach, who they are, and where and when that was read."""
    cut = precision(card.metric.unit, card.metric.decimals, said.value)
    parts = [speech.figure(said.value, card.metric, cut).full]
    if said.where is not None:
        parts.append(one_line(said.where.text(speech.tag)))
    parts += [one_line(text.value) for text in (said.source, said.date) if text is not None]
    return " · ".join(parts)


def _unit(unit: model.UnitInfo, speech: Language) -> str:
    match unit.kind:
        case "money":
            name = unit.currency or ""
        case "duration":
            name = speech.text(f"unit.name.{unit.duration or 'days'}")
        case "count" | "custom" if unit.noun:
            name = one_line(unit.noun)
        case "number" | "count" | "percent" | "ratio" | "score" | "custom":
            name = speech.text(f"unit.name.{unit.kind}")
    return f"{name} / {one_line(unit.per)}" if unit.per else name


def sources(card: model.Scorecard, anchors: Anchors, speech: Language) -> tuple[view.Source, ...]:
    """The sources behind all metrics of a page, each once, in the order of their first use."""
    uses = {use.name: use for d in reversed(card.definitions) for use in reversed(d.sources)}
    return tuple(_source(use, anchors, speech) for use in reversed(uses.values()))


def _source(source: model.SourceUse, anchors: Anchors, speech: Language) -> view.Source:
    newest = source.newest
    return view.Source(
        id=anchors.source(source.name),
        name=_source_name(source, speech),
        rows=speech.figures.integer(source.rows),
        newest=speech.calendar.moment(newest) if newest else "",
        newest_raw=_machine(newest) if newest else "",
        files=", ".join(map(one_line, source.files)),
    )


def _source_name(source: model.SourceUse, speech: Language) -> str:
    return speech.own(source.label) or one_line(source.name)


def _machine(moment: dt.datetime | dt.date) -> str:
    if isinstance(moment, dt.datetime):
        return moment.isoformat(timespec="minutes")
    return moment.isoformat()
