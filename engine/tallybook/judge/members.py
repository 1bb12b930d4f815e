"""What the members of dimensions are called on a page."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from tallybook.judge.model import Bounds, MemberLabel
from tallybook.resolve.members import bands_of, member_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tallybook.declare.model import Localized
    from tallybook.judge.model import Member
    from tallybook.resolve.model import Book


def member_text(member: Member) -> str:
    """A member as a file or a book has it; empty where there is none."""
    match member:
        case None:
            return ""
        case bool():
            return "true" if member else "false"
        case float() if member.is_integer():
            return str(int(member))
        case dt.date():
            return member.isoformat()
        case _:
            return str(member)


def labels_of(name: str, members: Iterable[Member], book: Book) -> tuple[MemberLabel, ...]:
    """What these members of a dimension are called, less those without a label."""
    labels: dict[str, Localized | Bounds] = dict(_ranges(name, book))
    labels |= {member: said.label for member, said in member_labels(name, book).items()}
    return tuple(
        MemberLabel(member, labels[text])
        for member in dict.fromkeys(members)
        if member is not None and (text := member_text(member)) in labels
    )


def _ranges(name: str, book: Book) -> Mapping[str, Bounds]:
    """The bounds of bands that the book gives no names."""
    bands = bands_of(name, book)
    if bands is None or bands.labels:
        return {}
    bounds = (Bounds(low, high) for low, high in pairwise((None, *bands.at, None)))
    return dict(zip(bands.names, bounds, strict=True))
