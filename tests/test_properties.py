"""The engine against the oracles, and laws that hold for every metric.

`TALLYBOOK_HYPOTHESIS=long` looks for an hour, `quick` for a minute and reports as drawn; else a few
hundred examples do.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import public
from oracle import naive, sql
from oracle import terms as t
from oracle.compare import same
from oracle.metric_terms import Asked, MetricTerms, questions
from oracle.printer import to_formula
from oracle.schema import (
    Answer,
    Book,
    IntegerOverflowError,
    Members,
    Question,
    Row,
    Source,
    Tables,
    UnsaidError,
)
from oracle.tables import books, tables
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

_PROFILE = os.environ.get("TALLYBOOK_HYPOTHESIS", "")
_LONG = _PROFILE == "long"
thorough = settings(
    max_examples={"long": 20_000, "quick": 12}.get(_PROFILE, 40),
    deadline=None,
    derandomize=not _LONG,
    phases=[Phase.explicit, Phase.generate] if _PROFILE == "quick" else list(Phase),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _engine(book: Book, rows: Tables, asked: Question) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        return public.answer(book, rows, asked, Path(folder))


def _compare(left: Answer, right: Answer, asked: Asked, zone: str) -> None:
    if left.members:
        assert [(p[0], p[3]) for p in left.periods] == [(p[0], p[3]) for p in right.periods]
    assert set(left.members) == set(right.members)
    for cell, value in left.cells.items():
        formula = to_formula(asked.metrics[cell[2]])
        assert same(value, right.cells[cell], zone), (
            f"{formula} in {left.periods[cell[0]]} of {cell[1]}: {value!r}, "
            f"not {right.cells[cell]!r}"
        )


# oracles --------------------------------------------------------------------------------------


@thorough
@given(books(), tables(), questions())
def test_the_engine_agrees_with_the_loops(book: Book, rows: Tables, asked: Asked) -> None:
    book = replace(book, metrics=asked.metrics)
    try:
        expected = naive.answer(book, rows, asked.question)
    except UnsaidError:
        assume(False)
    found = _engine(book, rows, asked.question)
    if asked.question.start is None:  # what an answer without bounds calls its period is open
        expected = replace(expected, periods=found.periods)
    _compare(found, expected, asked, book.timezone)


@thorough
@given(books(plain_clock=True), tables(plain_clock=True), questions(plain=True, most=1))
def test_the_engine_agrees_with_sql(book: Book, rows: Tables, asked: Asked) -> None:
    book = replace(book, metrics=asked.metrics)
    expected = sql.cells(book, rows, asked.question)
    found = _engine(book, rows, asked.question)
    starts = sorted({start for start, _ in expected}, key=str)
    assert len(found.cells) == len(expected)
    for (number, member, _), value in found.cells.items():
        other = expected[starts[number], member][0]
        assert same(value, other), f"{to_formula(asked.metrics['m0'])}: {value!r}, not {other!r}"


# laws -----------------------------------------------------------------------------------------

_BY_CHANNEL = ("channel",)


@st.composite
def _simple(
    draw: st.DrawFn, dims: tuple[str, ...] = (), grain: str | None = "month"
) -> tuple[Book, Tables, t.Expr]:
    """A book, its tables, and a metric that can be asked by `dims`."""
    terms = MetricTerms(draw, dims, grain, bounded=True)
    return draw(books()), draw(tables()), terms.number(2)[0]


def _ask(book: Book, rows: Tables, formula: t.Expr, question: Question) -> Answer:
    return _engine(replace(book, metrics={"m": formula}), rows, replace(question, metrics=("m",)))


_QUARTER = Question((), start=dt.date(2024, 1, 1), end=dt.date(2024, 3, 31))


def _equal(book: Book, left: Answer, right: Answer, why: str) -> None:
    for cell, value in left.cells.items():
        assert same(value, right.cells[cell], book.timezone), f"{why}: {cell} is {value!r} here"


def _has(expr: t.Expr, *kinds: type) -> bool:
    return isinstance(expr, kinds) or any(_has(child, *kinds) for child in t.children(expr))


@thorough
@given(_simple(_BY_CHANNEL))
def test_a_member_of_a_breakdown_is_a_filter(drawn: tuple[Book, Tables, t.Expr]) -> None:
    """Not under `total`, which takes breakdowns away and leaves filters."""
    book, rows, formula = drawn
    assume(not _has(formula, t.Total))
    broken_down = _ask(book, rows, formula, replace(_QUARTER, by=_BY_CHANNEL))
    for member in broken_down.members:
        alone = _ask(book, rows, formula, replace(_QUARTER, where=_is(member)))
        value, expected = broken_down.cells[0, member, "m"], alone.cells[0, (), "m"]
        assert same(value, expected, book.timezone), f"{member}: {to_formula(formula)}"


def _is(member: Members) -> t.Expr:
    name = t.Name(_BY_CHANNEL)
    (value,) = member
    return t.IsNull(name) if value is None else t.Binary("=", name, t.Lit(str(value)))


@thorough
@given(_simple(_BY_CHANNEL))
def test_a_total_is_the_metric_without_a_breakdown(drawn: tuple[Book, Tables, t.Expr]) -> None:
    book, rows, formula = drawn
    whole = _ask(book, rows, formula, _QUARTER).cells[0, (), "m"]
    total = _ask(book, rows, t.Total(formula), replace(_QUARTER, by=_BY_CHANNEL))
    assert all(same(value, whole, book.timezone) for value in total.cells.values())


@thorough
@given(_simple(grain="day"), st.integers(1, 60), st.dates(dt.date(2024, 1, 1), dt.date(2024, 4, 9)))
def test_a_trailing_window_is_the_metric_over_its_days(
    drawn: tuple[Book, Tables, t.Expr], length: int, last: dt.date
) -> None:
    book, rows, formula = drawn
    kinds = (t.Prior, t.Growth, t.Retained)
    assume(not _has(formula, *kinds))  # these look at the period, not only at its window
    window = t.Trailing(formula, t.Duration(length, "day"))
    trailing = _ask(book, rows, window, Question((), grain="day", start=last, end=last))
    first = last - dt.timedelta(days=length - 1)
    plain = _ask(book, rows, formula, Question((), start=first, end=last))
    assert same(trailing.cells[0, (), "m"], plain.cells[0, (), "m"], book.timezone)


@thorough
@given(_simple(_BY_CHANNEL), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    drawn: tuple[Book, Tables, t.Expr], chance: random.Random
) -> None:
    book, rows, formula = drawn
    shuffled = {name: chance.sample(list(table), len(table)) for name, table in rows.items()}
    question = replace(_QUARTER, by=_BY_CHANNEL, grain="month")
    before, after = (_ask(book, r, formula, question) for r in (rows, shuffled))
    assert set(before.members) == set(after.members)
    _equal(book, before, after, to_formula(formula))


@thorough
@given(_simple(), st.integers(0, 14))
def test_splitting_a_file_changes_nothing(drawn: tuple[Book, Tables, t.Expr], place: int) -> None:
    book, rows, formula = drawn
    book = replace(book, metrics={"m": formula})
    question = replace(_QUARTER, metrics=("m",), grain="month")
    _equal(
        book,
        _from_files(book, rows, question, lambda n: [slice(0, n)]),
        _from_files(book, rows, question, lambda n: [slice(0, place), slice(place, n)]),
        to_formula(formula),
    )


def _from_files(
    book: Book, rows: Tables, question: Question, parts: Callable[[int], list[slice]]
) -> Answer:
    """The answer from Parquet files, each source in one file or in several."""
    with tempfile.TemporaryDirectory() as written:
        folder = Path(written)
        public.write(book, folder, {name: f"data/{name}-*.parquet" for name in book.sources})
        for name, frame in public.frames(book, rows).items():
            for number, part in enumerate(parts(len(frame))):
                frame[part].write_parquet(folder / "data" / f"{name}-{number}.parquet")
        return public.as_answer(public.ask(folder, question), question)


@thorough
@given(_simple())
def test_periods_are_asked_for_one_by_one_or_together(drawn: tuple[Book, Tables, t.Expr]) -> None:
    book, rows, formula = drawn
    together = _ask(book, rows, formula, replace(_QUARTER, grain="month"))
    for number, (_, start, end, _) in enumerate(together.periods):
        assert isinstance(start, dt.date)
        assert isinstance(end, dt.date)
        month = Question((), grain="month", start=start, end=end - dt.timedelta(days=1))
        alone = _ask(book, rows, formula, month)
        value = together.cells[number, (), "m"]
        assert same(value, alone.cells[0, (), "m"], book.timezone), to_formula(formula)


@thorough
@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5))
def test_integer_sums_are_exact_or_refused(values: list[int]) -> None:
    day = dt.date(2024, 1, 1)
    rows: list[Row] = [{"order_id": n, "day": day, "amount": v} for n, v in enumerate(values)]
    columns = {"order_id": "integer", "day": "date", "amount": "integer"}
    source = Source("orders", columns, key=("order_id",), time="day")
    formula = t.Aggregate("sum", (t.Name(("orders", "amount")),))
    book = Book({"orders": source}, {"m": formula})
    question = Question(("m",))
    try:
        expected = naive.answer(book, {"orders": rows}, question).cells[0, (), "m"]
    except IntegerOverflowError:
        expected = None
    try:
        found = _engine(book, {"orders": rows}, question).cells[0, (), "m"]
    except BookError:
        assert expected is None
    else:
        assert expected is not None
        assert found == expected
