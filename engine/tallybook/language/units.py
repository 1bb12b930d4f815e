"""Units as exponents of what is counted or measured: EUR per lead is EUR^1 · count^-1.

The check compares kinds, not nouns: `count of leads` and `count of deals` are both counts, and
`EUR` and `EUR per lead` are both euros. A ratio has no exponents left.
"""

from __future__ import annotations

import re
from typing import Literal

from tallybook.dataclass import dataclass

DURATIONS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
COUNT = "count"
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers. `free` marks a plain number, which takes the unit of its neighbour."""

    powers: tuple[tuple[str, int], ...] = ()
    free: bool = False

    def __str__(self) -> str:
        if self.free:
            return "a plain number"
        over = [_power(base, n) for base, n in self.powers if n > 0]
        under = [_power(base, -n) for base, n in self.powers if n < 0]
        top = " ".join(over) or ("1" if under else "ratio")
        return " per ".join([top, *under])

    def without_count(self) -> Unit:
        """The kind that is compared: how many of what does not matter."""
        return Unit(tuple((b, n) for b, n in self.powers if b != COUNT))

    @property
    def currencies(self) -> frozenset[str]:
        """Codes of the currencies in it."""
        return frozenset(b for b, _ in self.powers if _CURRENCY.fullmatch(b))


RATIO = Unit()
FREE = Unit(free=True)
COUNTED = Unit(((COUNT, 1),))


def _power(base: str, n: int) -> str:
    return base if n == 1 else f"{base}^{n}"


def measured_in(base: str) -> Unit:
    """The unit of one base: `measured_in("days")`."""
    return Unit(((base, 1),))


def multiply(left: Unit | None, right: Unit | None, sign: Literal[1, -1] = 1) -> Unit | None:
    """The unit of a product, or with `sign=-1` of a quotient; None where one is unknown."""
    if left is None or right is None:
        return None
    if right.free:
        return left
    powers = dict(left.powers)
    for base, n in right.powers:
        powers[base] = powers.get(base, 0) + sign * n
    return Unit(tuple(sorted((b, n) for b, n in powers.items() if n)))


def same_kind(left: Unit | None, right: Unit | None) -> bool:
    """Whether two values may be added or compared."""
    if left is None or right is None or left.free or right.free:
        return True
    if left.powers == right.powers:
        return True
    if not left.without_count().powers and not right.without_count().powers:
        return _shape(left) == _shape(right)
    return left.without_count() == right.without_count()


def _shape(unit: Unit) -> int:
    return next((n for _, n in unit.powers), 0)


def joined(left: Unit | None, right: Unit | None) -> Unit | None:
    """The unit of a sum of two values of the same kind."""
    if left is None:
        return None if right is None or right.free else right
    return right if left.free else left


@dataclass(frozen=True, slots=True)
class DeclaredUnit:
    """A unit as a book writes it: its kind for the check, its words for the page."""

    text: str
    unit: Unit
    kind: Literal["number", "count", "money", "percent", "ratio", "duration", "score", "custom"]
    noun: str | None = None
    per: str | None = None
    currency: str | None = None


def read_unit(text: str, book_currency: str | None) -> DeclaredUnit | None:
    """`EUR per lead`, `count of leads`, `percent`, `days` …; None where nothing is named."""
    head, _, per = (part.strip() for part in text.strip().partition(" per "))
    base, _, noun = (part.strip() for part in head.partition(" of "))
    if base == "currency":
        base = book_currency or "currency"
    if not base:
        return None
    known = _base(base, noun or None)
    unit = multiply(known.unit, _per(per), -1) if per else known.unit
    return DeclaredUnit(
        text, unit or known.unit, known.kind, known.noun, per or None, known.currency
    )


def _per(noun: str) -> Unit:
    plural = noun if noun.endswith("s") else f"{noun}s"
    return measured_in(plural) if plural in DURATIONS else COUNTED


def _base(base: str, noun: str | None) -> DeclaredUnit:
    if base == COUNT:
        return DeclaredUnit(base, COUNTED, "count", noun)
    if base == "percent":
        return DeclaredUnit(base, RATIO, "percent")
    if base == "ratio":
        return DeclaredUnit(base, RATIO, "ratio")
    if base in DURATIONS:
        return DeclaredUnit(base, measured_in(base), "duration", base)
    if _CURRENCY.fullmatch(base) or base == "currency":
        return DeclaredUnit(base, measured_in(base), "money", currency=base)
    if base == "score":
        return DeclaredUnit(base, measured_in(base), "score")
    return DeclaredUnit(base, measured_in(base), "custom", base)


def fits(declared: DeclaredUnit, inferred: Unit | None) -> bool:
    """Whether a formula of unit `inferred` may be presented in the declared unit."""
    if inferred is None or inferred.free:
        return True
    if declared.kind in ("score", "custom") and not inferred.without_count().powers:
        return True  # a score or a unit of the book's own is made of plain numbers
    return same_kind(declared.unit, inferred)
