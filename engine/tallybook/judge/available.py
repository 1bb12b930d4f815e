"""The part of a scorecard that there is data for, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.declare import model as declared
from tallybook.resolve.sections import broken_down_by, metrics_shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.check.model import Checked


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A metric that is not shown, or not broken down by `dimension`, for lack of sources."""

    metric: str
    lacks: frozenset[str]
    dimension: str | None = None


def available_part(card: declared.Scorecard, checked: Checked) -> declared.Scorecard:
    """The card without the metrics of a library that the book has no data for."""
    return replace(card, sections=tuple(_sections(card, checked)))


def available_stages(funnel: declared.Funnel, checked: Checked) -> tuple[declared.FunnelStage, ...]:
    """The stages of a funnel that there is data for."""
    return tuple(s for s in funnel.stages if checked.available(s.metric.value))


def left_out(card: declared.Scorecard, checked: Checked) -> tuple[LeftOut, ...]:
    """What of the card there is no data for, each once, in its order."""
    return tuple(dict.fromkeys(_left_out(card, checked)))


def _sections(card: declared.Scorecard, checked: Checked) -> Iterator[declared.Section]:
    for section in card.sections:
        match section:
            case declared.TilesSection(tiles=tiles):
                kept = tuple(t for t in tiles if checked.available(t.value))
                if kept:
                    yield replace(section, tiles=kept)
            case declared.TableSection(table=columns, by=by):
                kept = tuple(c for c in columns if not _lacks(c.value, by, checked))
                if kept:
                    yield replace(section, table=kept)
            case declared.TrendSection(trend=metric, by=by):
                if not _lacks(metric.value, by, checked):
                    yield section
            case declared.FunnelSection(funnel=name, by=by):
                stages = available_stages(checked.book.funnels[name.value], checked)
                if stages:
                    lacking = any(_lacks(s.metric.value, by, checked) for s in stages)
                    yield replace(section, by=None) if lacking else section
            case declared.TextSection():
                yield section


def _left_out(card: declared.Scorecard, checked: Checked) -> Iterator[LeftOut]:
    for metric, by in _asked(card, checked):
        if lacks := checked.metrics[metric].lacks:
            yield LeftOut(metric, lacks)
        elif by is not None and (lacks := _lacks(metric, by, checked)):
            yield LeftOut(metric, lacks, by.value)


def _asked(
    card: declared.Scorecard, checked: Checked
) -> Iterator[tuple[str, declared.Text | None]]:
    """Every metric that the card names, with what it is broken down by."""
    for section in card.sections:
        by = broken_down_by(section)
        yield from ((metric.value, by) for metric in metrics_shown(section, checked.book))


def _lacks(metric: str, by: declared.Text | None, checked: Checked) -> frozenset[str]:
    """The absent sources without which a metric has no value, or its dimension no members."""
    lacks = checked.metrics[metric].lacks
    if lacks or by is None:
        return lacks
    gone: set[str] = set()
    for source in checked.metrics[metric].sources:
        there, declared_there = checked.tables[source], checked.book.tables[source]
        if by.value in declared_there.dimensions and by.value not in there.dimensions:
            gone |= {name for name in _linked(source, checked) if checked.book.tables[name].absent}
    return frozenset(gone)


def _linked(source: str, checked: Checked) -> set[str]:
    """Every source that rows of one can be looked up in, in one step or several."""
    found, todo = {source}, [source]
    while todo:
        near = {link.to for link in checked.book.tables[todo.pop()].links.values()} - found
        found |= near
        todo.extend(near)
    return found
