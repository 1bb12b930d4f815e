"""Puts a page's numbers together and judges them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tallybook.declare import model as declared
from tallybook.declare.model import Localized
from tallybook.judge import model
from tallybook.judge.cells import Cells, shown_period
from tallybook.judge.describe import dimension_info, direction, metric_info, words_of
from tallybook.judge.model import Status
from tallybook.judge.questions import COMPARED_KEY, SERIES_KEY, sample_of, target_of
from tallybook.judge.rating import bands, distance, scale, status, verdict
from tallybook.judge.tables import breakdown, funnel
from tallybook.resolve.expanded import expanded, formula_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tallybook.check.model import Checked
    from tallybook.compute.facts import SourceFacts
    from tallybook.judge.questions import CardQuestions


@dataclass(frozen=True)
class Evidence:
    """Everything that a page is judged from."""

    card: declared.Scorecard
    checked: Checked
    asked: CardQuestions
    cells: Mapping[str, Cells]
    others: Mapping[str, Cells]  # per section, what is not shown taken together
    facts: Mapping[str, SourceFacts]
    files: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Edition:
    """What is not computed: when, by which version, of which revision. Handed in."""

    as_of: dt.datetime
    generated_at: dt.datetime | None
    version: str
    revision: str | None = None


def judge(evidence: Evidence, edition: Edition) -> model.Scorecard:
    """The judged page."""
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
        definitions=tuple(_definition(name, evidence) for name in evidence.asked.metrics),
        warnings=tuple(_warnings(evidence)),
        attention=_attention(sections),
        version=edition.version,
        revision=edition.revision,
    )


def _newest_day(evidence: Evidence) -> dt.date | None:
    days = [f.newest.date() for f in evidence.facts.values() if f.newest is not None]
    return max(days, default=None)


# Sections


def _section(number: int, section: declared.Section, evidence: Evidence) -> model.Section:
    match section:
        case declared.TilesSection(title=title, tiles=tiles):
            return model.TileGroup(title, tuple(tile(t.value, evidence) for t in tiles))
        case declared.TrendSection():
            return _trend(section, evidence.cells[str(number)], evidence)
        case declared.FunnelSection():
            parts = evidence.cells.get(str(number))
            return funnel(section, evidence.cells[SERIES_KEY], parts, evidence.checked)
        case declared.TableSection():
            return breakdown(
                section,
                evidence.cells[str(number)],
                evidence.cells[SERIES_KEY],
                evidence.others.get(str(number)),
                evidence.checked,
            )
        case declared.TextSection(title=title, text=text):
            return model.Note(title, text)


def _trend(section: declared.TrendSection, found: Cells, evidence: Evidence) -> model.Trend:
    name = section.trend.value
    members = found.members if section.by else (None,)
    lines = tuple(model.TrendLine(m, found.points(name, m)) for m in members)
    return model.Trend(
        section.title,
        metric_info(name, evidence.checked),
        dimension_info(section.by.value, evidence.checked) if section.by else None,
        None if section.by else _target(name, evidence),
        lines,
    )


# Tiles


def _target(name: str, evidence: Evidence) -> model.Number | None:
    metric = evidence.checked.metrics[name]
    if metric.target is not None:
        return evidence.cells[SERIES_KEY].value(target_of(name))
    said = metric.metric.declared.target
    return said.value if said else None


@dataclass(frozen=True, slots=True)
class _Judged:
    status: Status
    sample: int | None = field(default=None)


def _status(
    name: str,
    value: model.Number | None,
    target: model.Number | None,
    evidence: Evidence,
) -> _Judged:
    metric = evidence.checked.metrics[name]
    said = metric.metric.declared
    sample = evidence.cells[SERIES_KEY].value(sample_of(name))
    if said.min_sample is not None and sample is not None and sample < said.min_sample:
        return _Judged(Status.TOO_FEW, int(sample))
    limits = bands(said.status, evidence.checked.book.declarations.settings.thresholds)
    range_ = said.better if isinstance(said.better, tuple) else None
    return _Judged(status(value, target, range_, direction(metric), limits))


def tile(name: str, evidence: Evidence) -> model.Tile:
    """One KPI with its status, changes and series."""
    metric = evidence.checked.metrics[name]
    said = metric.metric.declared
    series = evidence.cells[SERIES_KEY]
    value, target = series.value(name), _target(name, evidence)
    judged = _status(name, value, target, evidence)
    limits = bands(said.status, evidence.checked.book.declarations.settings.thresholds)
    missed = judged.status in (Status.WATCH, Status.OFF_TRACK)
    return model.Tile(
        metric=metric_info(name, evidence.checked),
        value=value,
        status=judged.status,
        target=target,
        target_distance=distance(value, target),
        target_range=said.better if isinstance(said.better, tuple) else None,
        scale=scale(value, target, direction(metric), limits),
        changes=tuple(_changes(name, value, evidence)),
        series=series.points(name),
        advice=said.advice if missed else None,
        sample=judged.sample,
    )


def _changes(name: str, value: model.Number | None, evidence: Evidence) -> Iterable[model.Change]:
    compared = evidence.cells[COMPARED_KEY]
    metric = evidence.checked.metrics[name]
    for number, kind in enumerate(("previous", "year_ago")):
        if kind not in evidence.card.compare:
            continue
        then = compared.value(name, number)
        difference = value - then if value is not None and then is not None else None
        yield model.Change(
            "previous" if kind == "previous" else "year_ago",
            shown_period(compared.periods[number]),
            then,
            difference,
            difference / abs(then) if difference is not None and then else None,
            verdict(value, then, direction(metric), metric.metric.declared.neutral),
        )


_WORST_FIRST = (Status.OFF_TRACK, Status.WATCH, Status.NO_DATA)


def _attention(sections: tuple[model.Section, ...]) -> tuple[str, ...]:
    """Metrics that need a look: by status, then by how far they are from their target."""
    tiles = {
        t.metric.name: t
        for section in sections
        if isinstance(section, model.TileGroup)
        for t in section.tiles
        if t.status in _WORST_FIRST
    }

    def badness(name: str) -> tuple[int, float]:
        return _WORST_FIRST.index(tiles[name].status), -abs(tiles[name].target_distance or 0.0)

    return tuple(sorted(tiles, key=badness))


# Definitions and warnings


def _definition(name: str, evidence: Evidence) -> model.Definition:
    checked = evidence.checked
    metric = checked.metrics[name]
    said = metric.metric.declared
    written, full = formula_text(metric.metric.formula), expanded(name, checked.book)
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
    )


def _place(said: declared.Metric, evidence: Evidence) -> str:
    """Where a metric is defined, as `file:line` relative to the book."""
    span = said.name.span
    name = span.source.name.removeprefix(f"{evidence.checked.book.root.as_posix()}/")
    return f"{name}:{span.source.position(span.start)[0]}"


def _use(source: str, evidence: Evidence) -> model.SourceUse:
    found = evidence.facts[source]
    return model.SourceUse(source, found.rows, found.newest, evidence.files.get(source, ()))


def _warnings(evidence: Evidence) -> Iterable[model.DataWarning]:
    if evidence.asked.around.period.partial:
        yield model.DataWarning("partial")
    for source, found in evidence.facts.items():
        for dimension, rows in found.not_given:
            if rows:
                yield model.DataWarning("not_given", source, dimension, rows, found.rows)
