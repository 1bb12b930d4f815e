"""What the members of a dimension are called, by all that its sources say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.declare import model as declared
    from tallybook.resolve.model import Book


def offers(name: str, book: Book) -> Iterator[declared.Dimension]:
    """What each source declares of a dimension, the book's own sources before its library's."""
    library = book.declarations.untouched
    for table in sorted(book.tables.values(), key=lambda t: t.name in library):
        if name in table.dimensions:
            yield table.dimensions[name].declared


def bands_of(name: str, book: Book) -> declared.Bands | None:
    """The ranges that a dimension's members are; None where they are no ranges."""
    return next((d.bands for d in offers(name, book) if d.bands is not None), None)


def member_labels(name: str, book: Book) -> dict[str, declared.DimensionMember]:
    """The labels of a dimension's members, by the member as text; the first that is said counts.

    Members in no group of a dimension made of another have the label that they have in that one.
    """
    found: dict[str, declared.DimensionMember] = {}
    said = tuple(offers(name, book))
    for dimension in said:
        for label in dimension.labels:
            found.setdefault(label.name.value, label)
    for group in book.declarations.groups:
        if any(dimension.name is group.name for dimension in said):
            taken = {m for name, members in group.members for m in (name.value, *members)}
            for member, label in member_labels(group.of.value, book).items():
                if member not in taken:
                    found.setdefault(member, label)
    return found
