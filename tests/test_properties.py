"""The engine against the oracles, and laws that hold for every metric."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import public
from oracle import naive, sql
from oracle import terms as t
from oracle.compare import same
from oracle.effort import examples
from oracle.metric_terms import GRAINS, PLAIN_GRAINS, Asked, MetricTerms, questions
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
from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    import random

    from hypothesis.strategies import DataObject

    from oracle.schema import Printer, Value


def _engine(book: Book, rows: Tables, asked: Question, *, stored: bool = False) -> Answer:
    with public.opened(book, rows, stored=stored) as ask:
        return ask(asked)


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


@pytest.mark.parametrize("grain", GRAINS)
@examples(60)
@given(st.data(), books(), tables(), st.booleans())
def test_the_engine_agrees_with_the_loops(
    grain: str | None, data: DataObject, book: Book, rows: Tables, stored: bool
) -> None:
    """`stored`: in files, where a small table is read and computed in another way than a frame."""
    asked = data.draw(questions([grain], most=3))
    book = asked.of(book)
    try:
        expected = naive.answer(book, rows, asked.question)
    except UnsaidError:
        assume(False)
    found = _engine(book, rows, asked.question, stored=stored)
    if asked.question.start is None:  # what an answer without bounds calls its period is open
        expected = replace(expected, periods=found.periods)
    _compare(found, expected, asked, book.timezone)


@examples(60)
@given(st.data(), books(), tables())
def test_the_share_of_a_period_that_is_gone_is_that_of_the_loops(
    data: DataObject, book: Book, rows: Tables
) -> None:
    orders = t.Aggregate("count", (t.Name(("orders",)),))
    metrics: dict[str, t.Expr] = {
        "gone": t.Elapsed(),
        "rate": t.Binary("/", orders, t.Elapsed()),
    }
    drawn = data.draw(questions(most=1)).question
    question = replace(drawn, metrics=tuple(metrics), by=(), where=None)
    book = replace(book, metrics=metrics)
    expected, found = naive.answer(book, rows, question), _engine(book, rows, question)
    for cell, value in found.cells.items():
        assert same(value, expected.cells[cell], book.timezone), (cell, value)


@pytest.mark.parametrize("grain", PLAIN_GRAINS)
@examples(25)
@given(st.data(), books(plain_clock=True), tables(plain_clock=True))
def test_the_engine_agrees_with_sql(
    grain: str | None, data: DataObject, book: Book, rows: Tables
) -> None:
    asked = data.draw(questions([grain], plain=True))
    book = replace(book, metrics=asked.metrics)
    try:
        expected = sql.cells(book, rows, asked.question)
    except UnsaidError:
        assume(False)
    found = _engine(book, rows, asked.question)
    starts = sorted({start for start, _ in expected}, key=str)
    assert len(found.cells) == len(expected) * len(asked.metrics)
    for (number, member, name), value in found.cells.items():
        other = expected[starts[number], member][asked.question.metrics.index(name)]
        assert same(value, other), f"{to_formula(asked.metrics[name])}: {value!r}, not {other!r}"


# laws -----------------------------------------------------------------------------------------

_BY_CHANNEL = ("channel",)
_QUARTER = Question(("m",), start=dt.date(2024, 1, 1), end=dt.date(2024, 3, 31))
_OF_THE_PERIOD = frozenset({"prior", "growth", "retained"})  # not only of its window


class _Drawn(NamedTuple):
    """A book, its tables, and a metric `m` of the book."""

    book: Book
    rows: Tables
    formula: t.Expr

    @property
    def text(self) -> str:
        return to_formula(self.formula)

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:
        printer.text(f"{self.text} in {self.book!r} over {self.rows}")

    def same(self, left: Value, right: Value) -> bool:
        return same(left, right, self.book.timezone)

    def with_metric(self, name: str, formula: t.Expr) -> Book:
        return replace(self.book, metrics={**self.book.metrics, name: formula})


@st.composite
def _simple(
    draw: st.DrawFn,
    dims: tuple[str, ...] = (),
    grain: str | None = "month",
    without: frozenset[str] = frozenset(),
) -> _Drawn:
    """A metric that can be asked by `dims`, made `without` some functions of context."""
    terms = MetricTerms(draw, dims, grain, bounded=True, without=without)
    formula = terms.number(2)[0]
    return _Drawn(replace(draw(books()), metrics={"m": formula}), draw(tables()), formula)


@examples(50)
@given(_simple(_BY_CHANNEL, without=frozenset({"total"})))
def test_a_member_of_a_breakdown_is_a_filter(drawn: _Drawn) -> None:
    """Not under `total`, which takes breakdowns away and leaves filters."""
    with public.opened(drawn.book, drawn.rows) as ask:
        broken_down = ask(replace(_QUARTER, by=_BY_CHANNEL))
        for member in broken_down.members:
            alone = ask(replace(_QUARTER, where=_is(member))).cells[0, (), "m"]
            found = broken_down.cells[0, member, "m"]
            assert drawn.same(found, alone), f"{member}: {drawn.text}"


def _is(member: Members) -> t.Expr:
    name = t.Name(_BY_CHANNEL)
    (value,) = member
    return t.IsNull(name) if value is None else t.Binary("=", name, t.Lit(str(value)))


@examples(50)
@given(_simple(_BY_CHANNEL))
def test_a_total_is_the_metric_without_a_breakdown(drawn: _Drawn) -> None:
    with public.opened(drawn.with_metric("total", t.Total(drawn.formula)), drawn.rows) as ask:
        whole = ask(_QUARTER).cells[0, (), "m"]
        total = ask(replace(_QUARTER, metrics=("total",), by=_BY_CHANNEL))
    assert all(drawn.same(value, whole) for value in total.cells.values()), drawn.text


@examples(50)
@given(
    _simple(grain="day", without=_OF_THE_PERIOD),
    st.integers(1, 60),
    st.dates(dt.date(2024, 1, 1), dt.date(2024, 4, 9)),
)
def test_a_trailing_window_is_the_metric_over_its_days(
    drawn: _Drawn, length: int, last: dt.date
) -> None:
    window = t.Trailing(drawn.formula, t.Duration(length, "day"))
    with public.opened(drawn.with_metric("window", window), drawn.rows) as ask:
        trailing = ask(Question(("window",), grain="day", start=last, end=last))
        first = last - dt.timedelta(days=length - 1)
        plain = ask(Question(("m",), start=first, end=last))
    assert drawn.same(trailing.cells[0, (), "window"], plain.cells[0, (), "m"]), drawn.text


@examples(50)
@given(_simple(_BY_CHANNEL), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(drawn: _Drawn, chance: random.Random) -> None:
    shuffled = {name: chance.sample(list(table), len(table)) for name, table in drawn.rows.items()}
    question = replace(_QUARTER, by=_BY_CHANNEL, grain="month")
    before, after = (_engine(drawn.book, rows, question) for rows in (drawn.rows, shuffled))
    assert set(before.members) == set(after.members)
    assert all(drawn.same(v, after.cells[cell]) for cell, v in before.cells.items()), drawn.text


@examples(50)
@given(_simple(), st.integers(0, 14))
def test_rows_may_lie_in_one_frame_or_in_several_files(drawn: _Drawn, place: int) -> None:
    question = replace(_QUARTER, grain="month")
    whole = _engine(drawn.book, drawn.rows, question)
    with tempfile.TemporaryDirectory() as written:
        folder = Path(written)
        public.write(
            drawn.book, folder, {name: f"data/{name}-*.parquet" for name in drawn.book.sources}
        )
        for name, frame in public.frames(drawn.book, drawn.rows).items():
            frame[:place].write_parquet(folder / "data" / f"{name}-1.parquet")
            frame[place:].write_parquet(folder / "data" / f"{name}-2.parquet")
        parts = public.as_answer(public.ask(folder, question), question)
    assert all(drawn.same(v, parts.cells[cell]) for cell, v in whole.cells.items()), drawn.text


@examples(50)
@given(_simple())
def test_periods_are_asked_for_one_by_one_or_together(drawn: _Drawn) -> None:
    with public.opened(drawn.book, drawn.rows) as ask:
        together = ask(replace(_QUARTER, grain="month"))
        for number, month in enumerate([1, 2, 3]):
            first, after = dt.date(2024, month, 1), dt.date(2024, month + 1, 1)
            last = after - dt.timedelta(days=1)
            alone = ask(Question(("m",), grain="month", start=first, end=last))
            value = together.cells[number, (), "m"]
            assert drawn.same(value, alone.cells[0, (), "m"]), drawn.text


@examples(100)
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


@examples(40)
@given(st.integers(0, 12), st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=5))
def test_decimals_are_added_to_the_last_digit_that_a_file_has(
    scale: int, digits: list[int]
) -> None:
    """Where the book says no type: it may have more digits than a book's own `decimal`."""
    values = [Decimal(value).scaleb(-scale) for value in digits]
    frame = pl.DataFrame({"amount": pl.Series(values, dtype=pl.Decimal(38, scale))})
    with tempfile.TemporaryDirectory() as folder:
        text = "sources: {orders: {}}\nmetrics: {m: {formula: sum(orders.amount)}}\n"
        (Path(folder) / "tallybook.yml").write_text(text, encoding="utf-8")
        book = open_book(folder, sources={"orders": frame})
        assert book.query(("m",))["m"].item() == sum(values)
