"""Labels of members that nobody could tell apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.steering import shipped
from tallybook.resolve.members import member_labels
from tallybook.text.diagnostic import Related

if TYPE_CHECKING:
    from tallybook.declare.model import DimensionMember
    from tallybook.resolve.model import Book
    from tallybook.text.diagnostic import Findings


def check_member_labels(book: Book, findings: Findings) -> None:
    """A lint where two members of a dimension are called the same on some page."""
    told: set[tuple[DimensionMember, DimensionMember]] = set()
    for name in sorted(book.dimension_names()):
        members = tuple(member_labels(name, book).values())
        by_text: dict[tuple[str, str], list[DimensionMember]] = {}
        for locale in _locales(members):
            for member in members:
                by_text.setdefault((locale, member.label.text(locale)), []).append(member)
        for (_, text), alike in by_text.items():
            for pair in combinations(alike, 2):
                if pair not in told:
                    told.add(pair)
                    _tell(name, text, pair, findings)


def _locales(members: tuple[DimensionMember, ...]) -> dict[str, None]:
    """Every language that some label is told in, after one that none of them is told in."""
    return dict.fromkeys(["", *(tag for m in members for tag, _ in m.label.by_locale)])


def _tell(
    name: str, text: str, pair: tuple[DimensionMember, DimensionMember], findings: Findings
) -> None:
    first, second = reversed(pair) if shipped(pair[1].name.span) else pair
    findings.add(
        rules.MEMBERS_ALIKE,
        f"`{first.name}` and `{second.name}` of `{name}` are both called `{text}`",
        second.name.span,
        help="give one of them another label, or make them one value with `map` of the column",
        related=[Related(first.name.span, "the other one")],
    )
