"""Metrics on their way out, where the book still uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.steering import shipped
from tallybook.resolve.references import metric_names
from tallybook.resolve.sections import metrics_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.resolve.model import Book
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span


def check_deprecations(book: Book, findings: Findings) -> None:
    """A lint wherever the book, not its library, names a metric that is deprecated."""
    leaving = {m.name: m.declared.deprecated for m in book.metrics.values()}
    for name, place in _uses(book):
        said = leaving.get(name)
        if said is None or shipped(place):
            continue
        since = f" since {said.since}" if said.since else ""
        findings.add(
            rules.DEPRECATED_METRIC,
            f"`{name}` is deprecated{since}",
            place,
            help=f"use `{said.use}`" if said.use else None,
        )


def _uses(book: Book) -> Iterator[tuple[str, Span]]:
    """(metric, place) wherever one is named by what is not itself on its way out."""
    for metric in book.metrics.values():
        if metric.declared.deprecated is None:
            for formula in (metric.formula, metric.target):
                names = metric_names(formula) if formula is not None else ()
                yield from ((name.parts[0], name.spans[0]) for name in names)
    for funnel in book.funnels.values():
        yield from ((s.metric.value, s.metric.span) for s in funnel.stages)
    for card in book.scorecards.values():
        for section in card.sections:
            yield from ((name.value, name.span) for name in metrics_named(section))
