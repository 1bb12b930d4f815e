"""Formulas with the metrics they are made of written out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.parse import syntax
from tallybook.resolve.references import metric_names

if TYPE_CHECKING:
    from tallybook.resolve.model import Book, Metric
    from tallybook.text.span import Span

# White space and comments, which mean nothing, and what is quoted, in which they mean themselves.
_LOOSE = re.compile(r"(?P<quoted>'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`)|(?:\s|#[^\n]*)+")
_ATOMS = (syntax.Constant, syntax.Name, syntax.Call)


def formula_text(metric: Metric) -> str:
    """A formula as written, on one line, without comments; texts and quoted names as they are."""
    return on_one_line(_written(metric).text)


def _written(metric: Metric) -> Span:
    """The place of all that was written: the tree's own leaves out brackets at the ends."""
    declared = metric.declared.formula
    return declared.span if declared else metric.formula.span


def on_one_line(text: str) -> str:
    """A formula's text without what means nothing: line ends, comments, more than one space."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if match["quoted"] else " "

    return _LOOSE.sub(kept, text).strip()


def expanded(name: str, book: Book) -> str:
    """The metric's formula with every metric in it replaced by its own formula, to the ground."""
    return _expanded(book.metrics[name], book)


def _expanded(metric: Metric, book: Book) -> str:
    formula, place = metric.formula, _written(metric)
    text, start = place.text, place.start
    found = sorted(
        (n for n in metric_names(formula) if n.parts[0] in book.metrics),
        key=lambda n: n.span.start,
        reverse=True,
    )
    for name in found:
        inner = book.metrics[name.parts[0]]
        written = _expanded(inner, book)
        if not isinstance(inner.formula, _ATOMS) and name is not formula:
            written = f"({written})"
        text = text[: name.span.start - start] + written + text[name.span.end - start :]
    return on_one_line(text)
