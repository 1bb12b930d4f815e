"""The engine against other metrics layers, on the questions that each of them can express.

Each layer runs in its own environment, made once beside the tables, in a process that stays warm
and answers when it is its turn. Its answers are compared with ours first; where a KPI differs, the
page says so and by how much. The engine is asked for the same KPIs in one question.
"""

from __future__ import annotations

import json
import os
import subprocess
import venv
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallybook.ask.query import Query
from tallybook.book import open_book
from tallybook.compute.run import run

from .. import asked
from ..measure import Cost, in_turns, median, ratio, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..measure import Ratio

_HERE = Path(__file__).parent
_NAMES = {
    "boring-semantic-layer": "bsl",
    "sidemantic": "sidemantic",
    "MetricFlow (dbt-duckdb)": "metricflow",
}
_FORMS = {"fused": "its best query", "each": "KPI by KPI"}
_WITHIN = 1e-9

Cells = dict[str, dict[str, float | None]]


@dataclass(frozen=True)
class Compared:
    """How one form of one layer compares: ratios of our cost to its, over `kpis` questions."""

    layer: str
    form: str
    kpis: int
    wall: Ratio
    processor: Ratio
    its: Cost
    differences: tuple[str, ...]


def compared(book: Path, folder: Path, rounds: int) -> Iterator[Compared]:
    """Every layer over these tables, in both of its forms."""
    for layer, short in _NAMES.items():
        with _process(_environment(folder / "peers" / short, short), short, book) as process:
            yield from _against(layer, process, book, rounds)


def _against(layer: str, process: _Process, book: Path, rounds: int) -> Iterator[Compared]:
    process.turn("fused")
    theirs = process.answer()
    kpis = tuple(theirs)
    ready = _Ready(book, kpis)
    differences = tuple(_differences(ready.cells(), theirs))
    runs = {form: _turn(process, form) for form in _FORMS}
    costs = in_turns({"tallybook": lambda: timed(ready.run), **runs}, rounds)
    ours = costs["tallybook"]
    for form, words in _FORMS.items():
        its = costs[form]
        processor = ratio(ours, its, lambda c: c.processor)
        yield Compared(
            layer, words, len(kpis), ratio(ours, its), processor, median(its), differences
        )


def _turn(process: _Process, form: str) -> Callable[[], Cost]:
    return lambda: process.turn(form)


class _Ready:
    """Our plan for some KPIs by month, by channel and in all."""

    def __init__(self, book: Path, kpis: tuple[str, ...]) -> None:
        self._book = open_book(book)
        by = Query(kpis, ("channel",), "month", asked.START, asked.END)
        self._plan = self._book.plan(by, Query(kpis, (), "month", asked.START, asked.END))
        self._kpis = kpis

    def run(self) -> None:
        run(self._plan, self._book.reader)

    def cells(self) -> Cells:
        cells: Cells = {kpi: {} for kpi in self._kpis}
        for answer in run(self._plan, self._book.reader):
            for row in answer.frame.iter_rows(named=True):
                month = row["$window"] + 11  # the first is December 2023
                key = f"{2023 + month // 12}-{month % 12 + 1:02}/{row.get('channel', '*') or ''}"
                for kpi in self._kpis:
                    cells[kpi][key] = None if row[kpi] is None else float(row[kpi])
        return cells


def _differences(ours: Cells, theirs: Cells) -> Iterator[str]:
    """One line per KPI that is not the same in all cells; a cell that one lacks holds nothing."""
    for kpi, cells in ours.items():
        keys = sorted(cells.keys() | theirs[kpi].keys())
        differing = [k for k in keys if _differ(cells.get(k), theirs[kpi].get(k))]
        if differing:
            first = differing[0]
            yield (
                f"`{kpi}` in {len(differing)} of {len(keys)} cells, first {first}: "
                f"{_short(cells.get(first))} here, {_short(theirs[kpi].get(first))} there"
            )


def _differ(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return bool(one or 0) != bool(other or 0)  # no row and nothing counted look alike there
    return abs(one - other) > _WITHIN * max(1.0, abs(one))


def _short(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.6g}"


# Environments and processes


def _environment(folder: Path, short: str) -> Path:
    """The Python of an environment with what the layer needs, made where it is not there yet."""
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        venv.create(folder, with_pip=True, clear=True)
        wanted = ["-r", str(_HERE / f"{short}.txt")]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        (folder / "done").touch()
    return python


class _Process:
    """A layer that waits for its turn."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self._running = running

    def _ask(self, line: str) -> Any:
        into, out = self._running.stdin, self._running.stdout
        if into is None or out is None:
            raise ValueError("the process has no pipes")
        print(line, file=into, flush=True)
        reply = out.readline()
        if not reply:
            raise ValueError(f"the process ended with status {self._running.wait()}")
        return json.loads(reply)

    def turn(self, form: str) -> Cost:
        wall, processor = self._ask(form)
        return Cost(wall, processor)

    def answer(self) -> Cells:
        cells: Cells = self._ask("answer")
        return cells


@contextmanager
def _process(python: Path, short: str, book: Path) -> Iterator[_Process]:
    quiet = {**os.environ, "PYTHONPATH": "", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    with subprocess.Popen(
        [python, str(_HERE / f"with_{short}.py"), str(book)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=quiet,
    ) as running:
        yield _Process(running)
        if running.stdin is not None:
            running.stdin.close()
