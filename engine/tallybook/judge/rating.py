"""Is a number good? Its distance from the target, its status, and whether a change is good news."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass
from tallybook.judge.model import BulletScale, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallybook.declare.model import StatusBands
    from tallybook.judge.model import Number

Direction = Literal["higher", "lower", "neutral", "range"]

# Where a book says nothing: within 5 % on the bad side is on track, to 15 % watch.
DEFAULT_WATCH, DEFAULT_BAD = 0.05, 0.15
DEFAULT_NEUTRAL = 0.005
_CONDITION = re.compile(r"\s*(<=|>=|<|>|=)\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(%?)\s*")
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A condition on a value: `<= 40`."""

    operator: str
    value: float

    def holds(self, value: float) -> bool:
        """Whether the value meets it."""
        return _TESTS[self.operator](value, self.value)


def read_limit(text: str) -> Limit | None:
    """`<= 40` or `>= 25%` as a limit; None where it is neither."""
    match = _CONDITION.fullmatch(text)
    if not match:
        return None
    return Limit(match[1], float(match[2]) / (100 if match[3] else 1))


@dataclass(frozen=True, slots=True)
class Bands:
    """Where watch and bad begin, as shares of the target, or as conditions on the value."""

    watch: float = DEFAULT_WATCH
    bad: float = DEFAULT_BAD
    good_when: Limit | None = None
    watch_when: Limit | None = None


def bands(own: StatusBands | None, book: StatusBands | None) -> Bands:
    """The bands in force for a metric. A `watch` without `bad` puts bad at three times of it."""
    for said in (own, book):
        if said is None:
            continue
        if said.good_when is not None:
            return Bands(
                good_when=read_limit(said.good_when.value),
                watch_when=read_limit(said.watch_when.value) if said.watch_when else None,
            )
        watch = said.watch if said.watch is not None else min(DEFAULT_WATCH, said.bad or 1.0)
        return Bands(watch, said.bad if said.bad is not None else 3 * watch)
    return Bands()


def distance(value: Number | None, target: Number | None) -> float | None:
    """How far a value is from its target, as a share of it; None where there is no such share."""
    if value is None or target is None or target == 0:
        return None
    return (value - target) / abs(target)


def status(
    value: Number | None,
    target: Number | None,
    range_: tuple[float, float] | None,
    direction: Direction,
    limits: Bands,
) -> Status:
    """The status of a value."""
    if value is None:
        return Status.NO_DATA
    if limits.good_when is not None:
        if limits.good_when.holds(value):
            return Status.ON_TRACK
        watched = limits.watch_when is not None and limits.watch_when.holds(value)
        return Status.WATCH if watched else Status.OFF_TRACK
    badness = _badness(value, target, range_, direction)
    if badness is None:
        return Status.NO_TARGET
    if badness <= limits.watch:
        return Status.ON_TRACK
    return Status.WATCH if badness <= limits.bad else Status.OFF_TRACK


def _badness(
    value: Number,
    target: Number | None,
    range_: tuple[float, float] | None,
    direction: Direction,
) -> float | None:
    """How far a value lies on the bad side, as a share of the target; 0 on the good side."""
    if direction == "range" and range_ is not None:
        low, high = range_
        missed, edge = max(low - value, value - high, 0.0), low if value < low else high
        return 0.0 if missed <= 0 else _share(missed, edge)
    if target is None or direction == "neutral":
        return None
    missed = target - value if direction == "higher" else value - target
    return 0.0 if missed <= 0 else _share(missed, target)


def _share(missed: float, of: float) -> float | None:
    """A share of a target; there is none of a target of zero, which needs bands on the value."""
    return missed / abs(of) if of else None


def verdict(
    value: Number | None, then: Number | None, direction: Direction, neutral: float | None
) -> Verdict:
    """Whether the change from `then` to `value` is good news."""
    if value is None or then is None:
        return Verdict.UNKNOWN
    band = DEFAULT_NEUTRAL if neutral is None else neutral
    change = value - then
    if abs(change) <= band * abs(then):
        return Verdict.NO_CHANGE
    if direction in ("neutral", "range"):
        return Verdict.NEUTRAL
    return Verdict.BETTER if (change > 0) == (direction == "higher") else Verdict.WORSE


def scale(
    value: Number | None, target: Number | None, direction: Direction, limits: Bands
) -> BulletScale | None:
    """The axis and bands of a bullet graph; None where there is nothing to draw it by."""
    if target is None or target <= 0 or direction not in ("higher", "lower"):
        return None
    if limits.good_when is not None:
        return None
    if value is not None and value < 0:
        return None
    sign = -1 if direction == "higher" else 1
    watch, bad = target * (1 + sign * limits.watch), target * (1 + sign * limits.bad)
    high = max(target * 1.25, bad * 1.1, (value or 0) * 1.05)
    return BulletScale(0.0, high, watch, max(bad, 0.0))
