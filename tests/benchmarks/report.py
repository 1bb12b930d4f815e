"""What is measured, and the page that says it."""

from __future__ import annotations

import os
import platform
import shutil
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import polars as pl

from tallybook.ask.query import Query
from tallybook.book import open_book
from tallybook.compute.run import run
from tallybook.text.kept import Kept

from . import asked, by_hand, many, sql
from .measure import Cost, in_turns, median, of_process, ratio, timed
from .peers import layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

_SINGLE = ("-m", "tests.benchmarks.single")
_ENGINE, _STAR, _FUSED, _SQL = "tallybook", "polars", "polars in memory", "duckdb"
_FORMS = (_ENGINE, _STAR, _FUSED, _SQL)

_HEAD = """# Benchmarks

Made by `python -m tests.benchmarks`; do not edit. A scorecard of {kpis} KPIs over four fact tables
and a dimension table in Parquet, by month and by channel with totals, over 13 months, one of them
compared with the year before. `polars` is the best streaming query that we could write by hand for
it, `polars in memory` the best for small tables, `duckdb` its straightforward SQL. All answers were
found equal to 1e-9 before anything was measured.
{others}
Programs run in turns, and ratios are taken between neighbours: the median, and the middle half of
the rounds in brackets. Seconds are of this machine, and it is not a quiet one: compare ratios.
"""
_OTHERS = """
Other metrics layers run on DuckDB in environments of their own and are asked, by month and channel
with totals, for the KPIs that their models can say: in the fewest queries that they allow, and KPI
by KPI. The engine is asked for the same KPIs in one question. Start-up and reading of models do not
count.
"""


def measured(books: Mapping[int, Path], folder: Path, rounds: int, *, peers: bool) -> Iterator[str]:
    """The parts of the page, each as soon as it is known; `peers` asks other layers too."""
    first = open_book(next(iter(books.values())))
    yield _HEAD.format(kpis=len(first.metrics), others=_OTHERS if peers else "")
    yield _machine(rounds)
    for rows, book in books.items():
        yield _size(rows, book, _fewer(rounds, rows))
    if peers:
        for rows, book in books.items():
            yield _layers(rows, book, folder, max(3, _fewer(rounds, rows) // 2))
    smallest, middle = books[min(books)], books[sorted(books)[len(books) // 2]]
    yield _kpis(middle, folder, rounds)
    yield _breakdowns(middle, rounds)
    yield _book_side(smallest, folder, rounds)
    yield _start_up(smallest, folder, rounds)


def _fewer(rounds: int, rows: int) -> int:
    return rounds if rows < 10_000_000 else max(3, rounds // 2)


def _machine(rounds: int) -> str:
    versions = ", ".join(f"{n} {version(n)}" for n in ("polars", "duckdb"))
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
    return _list(
        f"Python {platform.python_version()}, {versions}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} processors, {pl.thread_pool_size()} threads",
        f"{rounds} rounds, half as many from ten million rows on",
        f"other programs ran at the same time: load average {load} before the first round",
    )


# Sizes


def _size(rows: int, book: Path, rounds: int) -> str:
    """One scorecard by every form: in this process, and in a process of its own."""
    database = sql.connected(book)
    ready = asked.asked(book)
    answers: dict[str, Callable[[], dict[str, pl.DataFrame]]] = {
        _ENGINE: lambda: asked.answer(ready),
        _STAR: lambda: by_hand.star(book),
        _FUSED: lambda: by_hand.fused(book),
        _SQL: lambda: sql.answer(database),
    }
    expected = answers[_STAR]()
    for form, answer in answers.items():
        differ = asked.differences(expected, answer())
        if differ:
            raise ValueError(f"{form} differs at {rows:,} rows in {', '.join(differ)}")
    query = in_turns({f: _timer(a) for f, a in answers.items()}, rounds)
    whole = in_turns({f: _process(f, book) for f in _FORMS}, max(3, rounds // 2))
    lines = [
        _row(
            form,
            ratio(query[_ENGINE], query[form]),
            ratio(query[_ENGINE], query[form], lambda c: c.processor),
            f"{median(query[form]).wall:.2f} s",
            ratio(whole[_ENGINE], whole[form], lambda c: c.processor),
            f"{median(whole[form]).memory / 2**30:.2f} GiB",
        )
        for form in _FORMS
    ]
    head = (
        "compared with",
        "time, query",
        "processor, query",
        "its time",
        "processor, process",
        "its peak memory",
    )
    return _section(f"{rows:,} rows", head, lines)


def _layers(rows: int, book: Path, folder: Path, rounds: int) -> str:
    """Other metrics layers, on what each of them can express."""
    found = list(layers.compared(book, folder, rounds))
    lines = [
        _row(
            f"{c.layer}, {c.form}",
            c.kpis,
            c.wall,
            c.processor,
            f"{c.its.wall:.2f} s",
            f"{c.its.processor:.2f} s",
        )
        for c in found
    ]
    head = ("compared with", "KPIs", "time, query", "processor, query", "its time", "its processor")
    said = dict.fromkeys(f"{c.layer}: {d}" for c in found for d in c.differences)
    section = _section(f"{rows:,} rows, other metrics layers", head, lines)
    return "\n".join([section, "", "Answers that differ:", "", _list(*said)]) if said else section


def _timer(call: Callable[[], object]) -> Callable[[], Cost]:
    return lambda: timed(call)


def _process(form: str, book: Path) -> Callable[[], Cost]:
    return lambda: of_process([*_SINGLE, form, str(book)])


# Growth


def _kpis(book: Path, folder: Path, rounds: int) -> str:
    """The same question with more KPIs."""
    copy = folder / "many"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(book, copy)
    names = many.write_kpis(copy, 200)
    ready = {count: asked.asked(copy, names[:count]) for count in (1, 10, 40, 200)}
    runs = {str(n): _timer(partial(asked.answer, a)) for n, a in ready.items()}
    costs = in_turns(runs, rounds)
    lines = [
        _row(count, ratio(found, costs["1"]), ratio(found, costs["1"], lambda c: c.processor))
        for count, found in costs.items()
    ]
    return _section("More KPIs, against one", ("KPIs", "time", "processor"), lines)


def _breakdowns(book: Path, rounds: int) -> str:
    """The whole scorecard in total, by channel, and both; by day and by month."""
    opened = open_book(book)
    runs: dict[str, Callable[[], Cost]] = {}
    for name, by, grain in (
        ("in total, by month", (), "month"),
        ("by channel and month", ("channel",), "month"),
        ("by channel and week", ("channel",), "week"),
        ("by channel and day", ("channel",), "day"),
    ):
        plan = opened.plan(Query(opened.metrics, by, grain, "2023-12-01", "2024-12-31"))
        runs[name] = _timer(partial(run, plan, opened.reader))
    costs = in_turns(runs, rounds)
    base = costs["in total, by month"]
    lines = [
        _row(n, ratio(c, base), ratio(c, base, lambda c: c.processor)) for n, c in costs.items()
    ]
    return _section("Finer breakdowns", ("the scorecard", "time", "processor"), lines)


# The side of the book


def _book_side(book: Path, folder: Path, rounds: int) -> str:
    """Loading, checking, planning and lowering, imports apart; larger books."""
    from tallybook.compute.run import lower

    def prepare() -> None:
        ready = asked.asked(book)
        lower(ready.plan, ready.book.reader)

    lines = [_row("40 KPIs: load, check, plan, lower", _spent(prepare, rounds))]
    for count in (1_000, 10_000):
        large = folder / f"book-{count}"
        shutil.rmtree(large, ignore_errors=True)
        many.write_book(large, book, count)
        shutil.copytree(book / "data", large / "data")
        for when, times in (("formulas new", 1), ("formulas read before", 3)):
            opening = _spent(partial(open_book, large), times)
            lines.append(_row(f"{count:,} metrics: load, check, {when}", opening))
        lines.append(_row(f"{count:,} metrics, one edited: load, check", _edited(large)))
    return _section("The book's side", ("what", "processor"), lines)


def _edited(book: Path) -> str:
    """The cost of opening a book again in which one metric has changed."""
    kept = Kept()
    open_book(book, kept=kept)
    file = book / "metrics_00250.yml"
    text = file.read_text(encoding="utf-8")

    def edit(number: int) -> Cost:
        changed = text.replace("target: 251", f"target: {number}")
        file.write_text(changed, encoding="utf-8")
        return timed(partial(open_book, book, kept=kept))

    return f"{median([edit(n) for n in range(5)]).processor * 1000:.0f} ms"


def _spent(call: Callable[[], object], rounds: int) -> str:
    costs = [timed(call) for _ in range(rounds)]
    return f"{median(costs).processor * 1000:.0f} ms"


def _start_up(book: Path, folder: Path, rounds: int) -> str:
    """Whole processes against others that do little."""
    hundred = folder / "book-100"
    shutil.rmtree(hundred, ignore_errors=True)
    many.write_book(hundred, book, 100)
    shutil.copytree(book / "data", hundred / "data")
    runs = {
        "python -c pass": ["-c", "pass"],
        "tally --version": ["-m", "tallybook", "--version"],
        "import polars": ["-c", "import polars"],
        "tally check, 100 metrics": ["-m", "tallybook", "check", str(hundred)],
        "the scorecard": [*_SINGLE, _ENGINE, str(book)],
    }
    costs = in_turns({n: partial(of_process, a) for n, a in runs.items()}, rounds)
    pairs = (
        ("tally --version", "python -c pass"),
        ("tally check, 100 metrics", "import polars"),
        ("the scorecard", "import polars"),
    )
    lines = [
        _row(
            one,
            other,
            ratio(costs[one], costs[other], lambda c: c.processor),
            f"{median(costs[one]).processor * 1000:.0f} ms",
        )
        for one, other in pairs
    ]
    return _section(
        "Start-up, whole processes", ("process", "against", "processor", "its own"), lines
    )


# The page


def _section(title: str, head: Iterable[object], lines: Iterable[str]) -> str:
    names = list(head)
    return "\n".join(["", f"## {title}", "", _row(*names), _row(*("---" for _ in names)), *lines])


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _list(*lines: str) -> str:
    return "\n".join(f"- {line}" for line in lines)
