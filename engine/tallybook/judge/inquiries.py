"""What to find out about the sources behind a page, apart from its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check.sources import rows_of
from tallybook.compute.facts import Inquiry
from tallybook.judge.freshness import watched
from tallybook.language import ir
from tallybook.plan.conditions import for_table, rows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.check.model import Checked
    from tallybook.judge.questions import CardQuestions


def inquiries(asked: CardQuestions, checked: Checked) -> dict[str, Inquiry]:
    """Every source behind the page: which dimensions it is broken down by, which links it uses."""
    dimensions: dict[str, dict[str, None]] = {}
    links: dict[str, dict[str, None]] = {}
    for source in _sources(asked, checked):
        dimensions[source], links[source] = {}, {}
    for source, name in _broken_down(asked, checked):
        dimensions[source].setdefault(name)
    for row in _rows(asked, checked):
        for source, link in _followed(row, checked):
            if source in links:
                links[source].setdefault(link)
    return {s: Inquiry(tuple(dimensions[s]), tuple(links[s])) for s in sorted(dimensions)}


def _sources(asked: CardQuestions, checked: Checked) -> Iterator[str]:
    for name in asked.metrics:
        metric = checked.metrics[name]
        yield from metric.sources
        for cell in (metric.cell, metric.target):
            yield from watched(cell, checked) if cell is not None else ()


def _broken_down(asked: CardQuestions, checked: Checked) -> Iterator[tuple[str, str]]:
    for question in asked.questions.values():
        for column in question.columns:
            metric = checked.metrics.get(column.name)
            for source in sorted(metric.sources) if metric else ():
                offered = checked.tables[source].dimensions
                yield from ((source, name) for name in question.by if name in offered)


def _rows(asked: CardQuestions, checked: Checked) -> Iterator[ir.Row]:
    """The row expressions that the page's metrics, dimensions and condition are made of."""
    for name in asked.metrics:
        yield from rows_of(checked.metrics[name].cell)
    for source, dimension in _broken_down(asked, checked):
        yield checked.tables[source].dimensions[dimension]
    if asked.where is not None:
        for source in sorted({s for m in asked.metrics for s in checked.metrics[m].sources}):
            yield for_table(asked.where, checked.tables[source])


def _followed(row: ir.Row, checked: Checked) -> Iterator[tuple[str, str]]:
    """The links, by their source, by which a row expression looks values up."""
    for part in rows_in(row):
        if isinstance(part, ir.Column) and part.links:
            yield part.source, part.links[0]
        elif isinstance(part, ir.Column):
            computed = checked.tables[part.source].computed.get(part.name)
            if computed is not None:
                yield from _followed(computed, checked)
