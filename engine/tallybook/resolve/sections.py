"""What the sections of a scorecard name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.declare import model as declared

if TYPE_CHECKING:
    from tallybook.resolve.model import Book


def metrics_named(section: declared.Section) -> tuple[declared.Text, ...]:
    """The metrics that a section names itself: a funnel's stages are named by the funnel."""
    match section:
        case declared.TilesSection(tiles=metrics) | declared.TableSection(table=metrics):
            return metrics
        case declared.TrendSection(trend=metric):
            return (metric,)
        case declared.FunnelSection() | declared.TextSection():
            return ()


def metrics_shown(section: declared.Section, book: Book) -> tuple[declared.Text, ...]:
    """The metrics that a section shows, a funnel's stages among them where the book has it."""
    if not isinstance(section, declared.FunnelSection):
        return metrics_named(section)
    funnel = book.funnels.get(section.funnel.value)
    return tuple(stage.metric for stage in funnel.stages) if funnel else ()


def broken_down_by(section: declared.Section) -> declared.Text | None:
    """The dimension whose members a section shows."""
    match section:
        case declared.TilesSection() | declared.TextSection():
            return None
        case _:
            return section.by
