"""Runs taken in turns, and what they cost.

Machines are shared and warm up, so figures of two programs are only comparable as ratios of runs
that lie side by side: one round runs each of them once, and the ratio is taken within the round.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, seconds of processors, and the largest memory in bytes (or 0)."""

    wall: float
    processor: float
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of some ratios, and the quarter marks around it."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


def timed(call: Callable[[], object]) -> Cost:
    """The cost of a call in this process."""
    wall, processor = time.perf_counter(), time.process_time()
    call()
    return Cost(time.perf_counter() - wall, time.process_time() - processor)


def of_process(arguments: Sequence[str]) -> Cost:
    """The cost of a whole Python process, start-up included. Raises where it fails.

    Its memory is what it prints of it: what the system tells of a child counts its parent's too.
    Compiled modules are kept between runs, as they are where a package is installed.
    """
    kept = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=kept,
        text=True,
        check=True,
    )
    passed = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = done.stdout.strip()
    return Cost(passed, spent, int(said) if said.isdigit() else 0)


def in_turns(runs: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Each run once per round, in an order that changes, after one round that is not counted."""
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for name in runs:
        runs[name]()
    names = list(runs)
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            costs[name].append(runs[name]())
    return costs


def ratio(
    costs: Sequence[Cost], others: Sequence[Cost], of: Callable[[Cost], float] = lambda c: c.wall
) -> Ratio:
    """How many times as much the runs cost as the others beside them."""
    pairs = [of(a) / of(b) for a, b in zip(costs, others, strict=True)]
    if len(pairs) < 2:
        return Ratio(pairs[0], pairs[0], pairs[0])
    low, middle, high = statistics.quantiles(pairs, n=4, method="inclusive")
    return Ratio(middle, low, high)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        statistics.median(c.wall for c in costs),
        statistics.median(c.processor for c in costs),
        int(statistics.median(c.memory for c in costs)),
    )
