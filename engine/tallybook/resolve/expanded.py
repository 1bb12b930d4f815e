"""Formulas with the metrics they are made of written out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.parse import syntax
from tallybook.resolve.references import metric_names

if TYPE_CHECKING:
    from tallybook.resolve.model import Book

# White space and comments, which mean nothing, and what is quoted, in which they mean themselves.
_LOOSE = re.compile(r"(?P<quoted>'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`)|(?:\s|#[^\n]*)+")
_ATOMS = (syntax.Constant, syntax.Name, syntax.Call)


def formula_text(formula: syntax.Expr) -> str:
    """A formula as written, on one line, without comments; texts and quoted names as they are."""
    return _on_one_line(formula.span.text)


def _on_one_line(text: str) -> str:
    def kept(match: re.Match[str]) -> str:
        return match[0] if match["quoted"] else " "

    return _LOOSE.sub(kept, text).strip()


def expanded(name: str, book: Book) -> str:
    """The metric's formula with every metric in it replaced by its own formula, to the ground."""
    return _on_one_line(_expanded(book.metrics[name].formula, book))


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
