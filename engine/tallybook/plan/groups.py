"""Which measures share a grouping of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check.sources import present
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.plan.conditions import both, is_windowed
from tallybook.plan.model import Branch, Measure, Placement, Scan

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tallybook.calendar.model import Window
    from tallybook.plan.model import Keeps

# What can be put together again from the results of parts.
PARTS = frozenset({"count", "sum", "avg", "min", "max", "weighted_avg", "any", "all"})
# What is computed from the values of all parts, and how these are kept.
_VALUES: dict[str, Keeps] = {"median": "values", "percentile": "values", "distinct": "distinct"}


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the measures of one scan have in common."""

    source: str
    placement: Placement
    rows: ir.Row | None
    keeps: Keeps
    values: ir.Row | None = None
    where: ir.Row | None = None


def _shared(measure: Measure) -> _Shared | None:
    """The scan that a measure can be computed from; None where it needs the rows themselves."""
    aggregate = measure.aggregate
    if not isinstance(aggregate, ir.Aggregate):
        return None
    rows = (*aggregate.arguments, *present(aggregate.where, measure.condition))
    if any(is_windowed(row) for row in rows):
        return None
    if aggregate.function in PARTS:
        return _Shared(measure.source, measure.placement, measure.rows, "parts")
    keeps = _VALUES.get(aggregate.function)
    if keeps is None or measure.placement.kind == "stock":
        return None
    where = both(aggregate.where, measure.condition)
    return _Shared(
        measure.source, measure.placement, measure.rows, keeps, aggregate.arguments[0], where
    )


def scans(measures: Sequence[Measure]) -> tuple[Scan, ...]:
    """One grouping per source, placement, condition and set of dimensions that holds the others."""
    groups: dict[_Shared, list[int]] = {}
    for number, measure in enumerate(measures):
        shared = _shared(measure)
        if shared is not None:
            groups.setdefault(shared, []).append(number)
    found = []
    for shared, numbers in groups.items():
        for dimensions, members in _by_widest(numbers, measures):
            windows = (w for n in members for w in measures[n].windows)
            found.append(
                Scan(
                    shared.source,
                    shared.placement,
                    shared.rows,
                    dimensions,
                    edges_of(shared.placement, windows),
                    tuple(members),
                    shared.keeps,
                    shared.where,
                )
            )
    return tuple(found)


def _by_widest(
    numbers: Iterable[int], measures: Sequence[Measure]
) -> list[tuple[tuple[str, ...], list[int]]]:
    """Measures under the smallest of the widest sets of dimensions that holds theirs."""
    numbers = list(numbers)
    sets = {frozenset(measures[n].dimensions) for n in numbers}
    widest = sorted(
        (s for s in sets if not any(s < other for other in sets)), key=lambda s: (len(s), sorted(s))
    )
    placed: dict[frozenset[str], list[int]] = {s: [] for s in widest}
    for number in numbers:
        own = frozenset(measures[number].dimensions)
        placed[next(s for s in widest if own <= s)].append(number)
    return [(tuple(sorted(s)), members) for s, members in placed.items()]


def edges_of(placement: Placement, windows: Iterable[Window]) -> tuple[dt.datetime, ...]:
    """The instants that rows must be told apart at, in order."""
    found: set[dt.datetime | None] = set()
    for window in windows:
        if placement.kind == "timed":
            found |= {window.start, window.end}
        elif placement.kind == "stock":
            found.add(window.start if placement.edge == "start" else window.end)
    return tuple(sorted(edge for edge in found if edge is not None))


def branches(measures: Sequence[Measure]) -> tuple[Branch, ...]:
    """One grouping for all measures that ask the same rows in the same windows."""
    groups: dict[Branch, list[int]] = {}
    for number, measure in enumerate(measures):
        if _shared(measure) is not None:
            continue
        aggregate = measure.aggregate
        where = None if isinstance(aggregate, ir.Conversion) else aggregate.where
        key = Branch(
            measure.source,
            measure.placement,
            measure.rows,
            both(where, measure.condition),
            measure.dimensions,
            measure.windows,
            (),
        )
        groups.setdefault(key, []).append(number)
    return tuple(
        Branch(b.source, b.placement, b.rows, b.where, b.dimensions, b.windows, tuple(numbers))
        for b, numbers in groups.items()
    )
