"""Charts as coordinates: what the templates draw, and nothing that they would have to compute.

Every chart lies in a box 100 wide that the page stretches; strokes and dots do not stretch with it.
Where pages run from right to left, so do the axes: x is mirrored here, once.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tallybook.judge.model import BulletScale, Number

WIDTH = 100.0
FEWEST = 2  # periods that make a line
_EDGE = 2.0  # room for the dot at the end of a line
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """The end of a line; hollow where its period is not over."""

    x: str
    y: str
    hollow: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A series as an SVG path with a gap wherever there is no data."""

    path: str
    end: Dot | None
    target: str | None  # y of the target
    height: str


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of an axis; `tone` is good, watch or bad."""

    tone: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Bullet:
    """A value against its target: bands behind, the bar, the target's mark."""

    bands: tuple[Band, ...]
    bar: Band | None
    target: str | None  # x of the target


@dataclass(frozen=True, slots=True)
class Scale:
    """A vertical axis from `low` to `high` over `height`, 0 at the top."""

    low: float
    high: float
    height: float
    edge: float

    def y(self, value: float) -> str:
        """Where a value lies."""
        if self.high == self.low:
            return coordinate(self.height / 2)
        part = (self.high - value) / (self.high - self.low)
        return coordinate(self.edge + part * (self.height - 2 * self.edge))


def coordinate(value: float) -> str:
    """Rounded to a tenth, as short as it can be written."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def line(
    values: Sequence[Number | None],
    *,
    scale: Scale,
    target: Number | None = None,
    partial: bool = False,
    mirrored: bool = False,
) -> Line | None:
    """A series on a scale; None where fewer than two periods, or no value, leave no line."""
    if len(values) < FEWEST:
        return None
    xs = positions(len(values), mirrored=mirrored)
    places = [
        None if _missing(v) else (x, scale.y(float(v or 0)))
        for x, v in zip(xs, values, strict=True)
    ]
    last = next((p for p in reversed(places) if p), None)
    if last is None:
        return None
    return Line(
        path=_path(places),
        end=Dot(*last, hollow=partial and places[-1] is not None),
        target=None if _missing(target) else scale.y(float(target or 0)),
        height=coordinate(scale.height),
    )


def close_scale(values: Iterable[Number | None], height: float) -> Scale:
    """A scale that just holds all values: for small lines that show a course, not a size."""
    known = [float(v) for v in values if v is not None and math.isfinite(v)]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    return Scale(low, high, height, edge=3.0)


def ticks(values: Iterable[Number | None], most: int = 4) -> tuple[float, ...]:
    """Round numbers with at most so many even steps between them that hold all values.

    The axis begins at zero unless all values lie in the upper half of one that does.
    """
    known = [float(v) for v in values if v is not None and math.isfinite(v)] or [0.0]
    low, high = min(known), max(known)
    if low <= high / 2:
        low = min(low, 0.0)
    if low >= high / 2 and high < 0:
        high = 0.0
    if low == high:
        low, high = (min(low, 0.0), max(high, 0.0)) if low else (0.0, 1.0)
    step = _step((high - low) / most)
    first, last = math.floor(low / step), math.ceil(high / step)
    return tuple(n * step for n in range(first, last + 1))


def positions(count: int, *, mirrored: bool = False) -> list[str]:
    """The x of each of a number of periods."""
    step = (WIDTH - 2 * _EDGE) / max(1, count - 1)
    xs = [_EDGE + i * step for i in range(count)]
    return [coordinate(WIDTH - x if mirrored else x) for x in xs]


def bullet(
    value: Number | None,
    target: Number | None,
    scale: BulletScale,
    *,
    mirrored: bool = False,
) -> Bullet:
    """A bullet graph on its scale; the order of its bands says which end is the good one."""
    at = _Axis(scale.low, scale.high, mirrored)
    if scale.watch_from >= scale.bad_from:
        edges = (
            ("bad", scale.low, scale.bad_from),
            ("watch", scale.bad_from, scale.watch_from),
            ("good", scale.watch_from, scale.high),
        )
    else:
        edges = (
            ("good", scale.low, scale.watch_from),
            ("watch", scale.watch_from, scale.bad_from),
            ("bad", scale.bad_from, scale.high),
        )
    bands = tuple(b for b in (at.band(*edge) for edge in edges) if b.width != "0")
    bar = None if _missing(value) else at.band("value", 0.0, float(value or 0))
    return Bullet(bands, bar, None if _missing(target) else at.x(float(target or 0)))


def range_bullet(
    value: Number | None, wanted: tuple[float, float], scale: BulletScale, *, mirrored: bool = False
) -> Bullet:
    """A bullet graph for a metric that is best inside a range: one band, the range itself."""
    at = _Axis(scale.low, scale.high, mirrored)
    bar = None if _missing(value) else at.band("value", 0.0, float(value or 0))
    return Bullet((at.band("good", *wanted),), bar, None)


def bar(part: float | None, *, mirrored: bool = False) -> Band | None:
    """A part of a whole as a bar."""
    return None if _missing(part) else _Axis(0.0, 1.0, mirrored).band("value", 0.0, part or 0.0)


@dataclass(frozen=True, slots=True)
class _Axis:
    """A horizontal axis; values beyond it lie on its end."""

    low: float
    high: float
    mirrored: bool

    def x(self, value: float) -> str:
        return coordinate(self._x(value))

    def band(self, tone: str, start: float, end: float) -> Band:
        left, right = sorted((self._x(start), self._x(end)))
        # From rounded edges, so that neighbours touch.
        left, right = round(left, 1), round(right, 1)
        return Band(tone, coordinate(left), coordinate(right - left))

    def _x(self, value: float) -> float:
        width = self.high - self.low
        part = (value - self.low) / width if width > 0 else 0.0
        x = WIDTH * min(1.0, max(0.0, part))
        return WIDTH - x if self.mirrored else x


def _path(places: Sequence[tuple[str, str] | None]) -> str:
    parts: list[str] = []
    drawing = False
    for index, place in enumerate(places):
        if place is None:
            drawing = False
            continue
        x, y = place
        parts.append(f"{'L' if drawing else 'M'}{x} {y}")
        alone = not drawing and (index + 1 == len(places) or places[index + 1] is None)
        if alone:
            parts.append("h0")  # a path of no length still shows its round cap
        drawing = True
    return "".join(parts)


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(s * power for s in _STEPS if s * power >= rough * (1 - 1e-9))


def _missing(value: Number | None) -> bool:
    return value is None or not math.isfinite(value)
