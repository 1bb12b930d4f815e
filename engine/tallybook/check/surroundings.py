"""All that the check of one metric depends on besides its own formulas.

A metric that was checked before need not be checked again where this is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.parse import syntax
from tallybook.resolve.references import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tallybook.check.model import CheckedMetric
    from tallybook.resolve.model import Book


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What has to be the same objects, since findings point into their files, and the rest."""

    declared: tuple[object, ...]
    rest: tuple[object, ...]


def surroundings(book: Book) -> Surroundings:
    """What the metrics of a book have around them. That other metrics exist is part of it."""
    said = book.declarations
    return Surroundings(
        (*said.sources, *said.groups, *said.scopes, *said.scoring),
        (
            tuple(m.name.value for m in said.metrics),
            tuple(book.metrics),
            book.tables,
            tuple((name, type(value), value) for name, value in book.parameters.items()),
            book.calendar,
            book.currency,
            book.rates,
        ),
    )


def alike(one: Surroundings, other: Surroundings) -> bool:
    """Whether a metric with no other formulas would be checked to the same result in both."""
    return (
        len(one.declared) == len(other.declared)
        and all(a is b for a, b in zip(one.declared, other.declared, strict=True))
        and one.rest == other.rest
    )


def used(
    formula: syntax.Expr | None, metrics: Mapping[str, CheckedMetric]
) -> tuple[CheckedMetric | None, ...]:
    """The metrics that a formula may name, in the order of their names; None for one unknown."""
    names = () if formula is None else sorted(set(_words(formula)))
    return tuple(metrics.get(name) for name in names)


def _words(expr: syntax.Expr | syntax.Flow) -> Iterator[str]:
    if isinstance(expr, syntax.Name):
        yield expr.parts[0]
    for part in parts_of(expr):
        yield from _words(part)
