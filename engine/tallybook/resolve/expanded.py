"""Formulas with the metrics they are made of written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.parse import syntax
from tallybook.resolve.references import metric_names

if TYPE_CHECKING:
    from tallybook.resolve.model import Book

_ATOMS = (syntax.Constant, syntax.Name, syntax.Call)


def formula_text(formula: syntax.Expr) -> str:
    """A formula as written, on one line, without comments."""
    lines = (line.split("#", 1)[0] for line in formula.span.text.splitlines())
    return " ".join(" ".join(lines).split())


def expanded(name: str, book: Book) -> str:
    """The metric's formula with every metric in it replaced by its own formula, to the ground."""
    return " ".join(_expanded(book.metrics[name].formula, book).split())


def _expanded(formula: syntax.Expr, book: Book) -> str:
    text, start = formula.span.text, formula.span.start
    found = sorted(
        (n for n in metric_names(formula) if n.parts[0] in book.metrics),
        key=lambda n: n.span.start,
        reverse=True,
    )
    for name in found:
        inner = book.metrics[name.parts[0]].formula
        written = _expanded(inner, book)
        if not isinstance(inner, _ATOMS) and name is not formula:
            written = f"({written})"
        text = text[: name.span.start - start] + written + text[name.span.end - start :]
    return text
