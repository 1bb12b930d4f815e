"""The part of a scorecard that there is data for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.declare import model as declared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.check.model import Checked


def available_part(card: declared.Scorecard, checked: Checked) -> declared.Scorecard:
    """The card without the metrics of a library that the book has no data for."""
    return replace(card, sections=tuple(_sections(card, checked)))


def available_stages(funnel: declared.Funnel, checked: Checked) -> tuple[declared.FunnelStage, ...]:
    """The stages of a funnel that there is data for."""
    return tuple(s for s in funnel.stages if checked.available(s.metric.value))


def _sections(card: declared.Scorecard, checked: Checked) -> Iterator[declared.Section]:
    for section in card.sections:
        match section:
            case declared.TilesSection(tiles=tiles):
                kept = tuple(t for t in tiles if checked.available(t.value))
                if kept:
                    yield replace(section, tiles=kept)
            case declared.TableSection(table=columns, by=by):
                kept = tuple(c for c in columns if _can_break_down(c.value, by.value, checked))
                if kept:
                    yield replace(section, table=kept)
            case declared.TrendSection(trend=metric):
                if checked.available(metric.value):
                    yield section
            case declared.FunnelSection(funnel=name):
                if available_stages(checked.book.funnels[name.value], checked):
                    yield section
            case declared.TextSection():
                yield section


def _can_break_down(metric: str, by: str, checked: Checked) -> bool:
    """Whether the data is there, and the dimension has not gone with an absent source."""
    if not checked.available(metric):
        return False
    offered = (checked.tables[s].dimensions for s in checked.metrics[metric].sources)
    declared_there = (
        by in checked.book.tables[s].dimensions for s in checked.metrics[metric].sources
    )
    return all(by in d for d in offered) or not all(declared_there)
