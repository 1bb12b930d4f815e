"""Puts a page's numbers together and judges them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.check.flows import is_flow
from tallybook.declare import model as declared
from tallybook.declare.model import Localized
from tallybook.judge import model
from tallybook.judge.cells import Cells, shown_period
from tallybook.judge.describe import dimension_info, metric_info, source_info, words_of
from tallybook.judge.freshness import columns_of, stale_sources
from tallybook.judge.notices import warnings
from tallybook.judge.questions import COMPARED_KEY, SERIES_KEY
from tallybook.judge.tables import breakdown, funnel
from tallybook.judge.targets import target_at
from tallybook.judge.tiles import attention, tile, with_targets
from tallybook.paths import METRICS
from tallybook.resolve.expanded import expanded, formula_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tallybook.judge.evidence import Edition, Evidence
    from tallybook.judge.history import Story


def judge(evidence: Evidence, edition: Edition, told: Mapping[str, Story]) -> model.Scorecard:
    """The judged page, of `fresh` evidence; `told` is what happened to its metrics."""
    checked, card = evidence.checked, evidence.card
    settings = checked.book.declarations.settings
    sections = tuple(
        _section(number, section, evidence) for number, section in enumerate(card.sections)
    )
    return model.Scorecard(
        name=card.name.value,
        title=card.title or words_of(card.name.value),
        book=settings.name or Localized(checked.book.root.resolve().name),
        period=shown_period(evidence.asked.around.period),
        as_of=edition.as_of.astimezone(checked.book.calendar.zone),
        data_as_of=_newest_day(evidence),
        generated_at=edition.generated_at,
        timezone=checked.book.calendar.zone.key,
        locale=settings.locale.value if settings.locale else "en",
        sections=sections,
        definitions=tuple(_definition(name, story, evidence) for name, story in told.items()),
        warnings=tuple(warnings(evidence, told)),
        attention=attention(sections),
        version=edition.version,
        revision=edition.revision,
        condition=evidence.condition,
        part=evidence.part,
    )


def fresh(evidence: Evidence) -> Evidence:
    """The evidence without numbers made of a source that is too old: they are no data."""
    stale = stale_sources(evidence.facts, evidence.checked, evidence.now)
    if not stale:
        return evidence
    columns = columns_of(evidence.asked.metrics, stale, evidence.checked)
    page = evidence.asked.around.period.start
    compared = evidence.cells[COMPARED_KEY]
    kept = {key: found.without(columns, page) for key, found in evidence.cells.items()}
    others = {key: found.without(columns, page) for key, found in evidence.others.items()}
    return replace(evidence, cells={**kept, COMPARED_KEY: compared}, others=others)


def _newest_day(evidence: Evidence) -> dt.date | None:
    days = [f.newest.date() for f in evidence.facts.values() if f.newest is not None]
    return max(days, default=None)


# Sections


def _section(number: int, section: declared.Section, evidence: Evidence) -> model.Section:
    match section:
        case declared.TilesSection(title=title, tiles=tiles):
            made = [tile(t.value, evidence) for t in tiles]
            made.sort(key=lambda t: t.vanity is not None)
            return model.TileGroup(title, tuple(made))
        case declared.TrendSection():
            return _trend(section, evidence.cells[str(number)], evidence)
        case declared.FunnelSection():
            parts = evidence.cells.get(str(number))
            return funnel(section, evidence.cells[SERIES_KEY], parts, evidence.checked)
        case declared.TableSection():
            found = evidence.cells[str(number)]
            table = breakdown(
                section,
                found,
                evidence.cells[SERIES_KEY],
                evidence.others.get(str(number)),
                evidence.checked,
            )
            return with_targets(table, found.periods[-1], evidence)
        case declared.TextSection(title=title, text=text):
            return model.Note(title, text)


def _trend(section: declared.TrendSection, found: Cells, evidence: Evidence) -> model.Trend:
    name = section.trend.value
    by = section.by.value if section.by else None
    members = found.members if by else (None,)
    lines = tuple(model.TrendLine(m, found.points(name, m)) for m in members)
    return model.Trend(
        section.title,
        metric_info(name, evidence.checked),
        dimension_info(by, evidence.checked, members) if by else None,
        None if section.by else _line(name, found, evidence),
        lines,
        _events(name, lines, evidence),
    )


def _line(name: str, found: Cells, evidence: Evidence) -> model.Number | None:
    """The target to draw. What a sum is held to in a page's month is none of a trend's quarters."""
    page = evidence.cells[SERIES_KEY]
    alike = found.periods[-1].grain == page.periods[-1].grain
    flow = is_flow(evidence.checked.metrics[name].cell)
    return _target(name, evidence) if alike or not flow else None


def _events(
    metric: str, lines: tuple[model.TrendLine, ...], evidence: Evidence
) -> tuple[model.Event, ...]:
    """What happened in the time shown that bears on the metric."""
    periods = [point.period for line in lines[:1] for point in line.points]
    found = [
        model.Event(said.date, said.text)
        for said in evidence.checked.book.declarations.annotations
        if not said.metrics or metric in {m.value for m in said.metrics}
        if any(p.start <= said.date < p.end for p in periods)
    ]
    return tuple(sorted(found, key=lambda event: event.date))


# Definitions


def _target(name: str, evidence: Evidence) -> model.Number | None:
    goal = target_at(name, evidence.cells[SERIES_KEY], -1, evidence)
    return goal.value if goal else None


def _definition(name: str, story: Story, evidence: Evidence) -> model.Definition:
    checked = evidence.checked
    metric = checked.metrics[name]
    said = metric.metric.declared
    written, full = formula_text(metric.metric), expanded(name, checked.book)
    return model.Definition(
        metric_info(name, checked),
        said.description,
        written,
        full if full != written else None,
        _target(name, evidence),
        said.owner.value if said.owner else None,
        tuple(t.value for t in said.tags),
        _place(said, evidence),
        tuple(_use(source, evidence) for source in sorted(metric.sources)),
        evidence.cells[SERIES_KEY].points(name),
        story.definition,
        story.changed,
        said.benchmarks,
    )


def _place(said: declared.Metric, evidence: Evidence) -> str:
    """Where a metric is defined, as `file:line` relative to the book, or to the libraries."""
    span = said.name.span
    name = span.source.name
    for root in (evidence.checked.book.root, METRICS):
        name = name.removeprefix(f"{root.as_posix()}/")
    return f"{name}:{span.source.position(span.start)[0]}"


def _use(source: str, evidence: Evidence) -> model.SourceUse:
    found = evidence.facts[source]
    files = evidence.files.get(source, ())
    return model.SourceUse(
        source, source_info(source, evidence.checked).label, found.rows, found.newest, files
    )
