"""Random draws that come out the same on every machine and Python version.

Only `Random.random()` is used, whose sequence Python promises to keep, and no function of the
platform's mathematics library: what a draw gives rests on IEEE addition and multiplication alone.
"""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Weighted(Generic[T_co]):
    """Items to draw from, each with a weight above zero."""

    __slots__ = ("bounds", "items")

    def __init__(self, weights: Iterable[tuple[T_co, float]]) -> None:
        pairs = tuple(weights)
        self.items = tuple(item for item, _ in pairs)
        self.bounds = tuple(accumulate(weight for _, weight in pairs))


class Chance:
    """A stream of draws of its own for each topic, so that tables do not disturb each other."""

    __slots__ = ("unit",)

    def __init__(self, seed: int, topic: str) -> None:
        digest = hashlib.sha256(f"{seed}/{topic}".encode()).digest()
        source = random.Random(int.from_bytes(digest[:8], "big"))  # noqa: S311  # made-up data, no secrets
        self.unit = source.random

    def happens(self, probability: float) -> bool:
        """True with this probability."""
        return self.unit() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all equally likely."""
        return items[int(self.unit() * len(items))]

    def draw(self, weighted: Weighted[T]) -> T:
        """One of the items, by weight."""
        bounds = weighted.bounds
        return weighted.items[bisect_right(bounds, self.unit() * bounds[-1], 0, len(bounds) - 1)]

    def spread(self, deciles: Sequence[int]) -> int:
        """A whole number from a distribution given by its eleven deciles, straight between them."""
        place = self.unit() * (len(deciles) - 1)
        step = int(place)
        low, high = deciles[step], deciles[step + 1]
        return low + int((place - step) * (high - low))

    def count(self, mean: float) -> int:
        """A whole number around the mean: a quarter up or down, then rounded by chance."""
        return int(mean * (0.75 + 0.5 * self.unit()) + self.unit())
