"""The oracles before they judge: loops and SQL must agree, and formulas print as they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from oracle import naive, sql
from oracle.compare import same
from oracle.effort import examples
from oracle.metric_terms import PLAIN_GRAINS, Asked, questions
from oracle.printer import to_formula
from oracle.reader import read
from oracle.schema import UnsaidError
from oracle.tables import books, tables

if TYPE_CHECKING:
    from oracle.schema import Book, Tables


@examples(50)
@given(
    books(plain_clock=True), tables(plain_clock=True), questions(PLAIN_GRAINS, plain=True, most=3)
)
def test_loops_and_sql_agree(book: Book, rows: Tables, asked: Asked) -> None:
    book = asked.of(book)
    try:
        looped = naive.answer(book, rows, asked.question)
    except UnsaidError:
        assume(False)
    queried = sql.cells(book, rows, asked.question)
    starts = [start for _, start, _, _ in looped.periods]
    found = {(s and s.date(), member): row for (s, member), row in queried.items()}
    assert set(found) == {(start, member) for start in starts for member in looped.members}
    for (number, member, name), value in looped.cells.items():
        other = found[starts[number], member][asked.question.metrics.index(name)]
        assert same(value, other), f"{to_formula(asked.metrics[name])}: {value!r}, SQL {other!r}"


@examples(100)
@given(questions())
def test_formulas_print_as_they_read(asked: Asked) -> None:
    for formula in asked.metrics.values():
        text = to_formula(formula)
        assert to_formula(read(text)) == text


@examples(100)
@given(st.data())
def test_every_drawn_question_has_an_answer(data: st.DataObject) -> None:
    book, asked = data.draw(books()), data.draw(questions())
    book = asked.of(book)
    try:
        found = naive.answer(book, data.draw(tables()), asked.question)
    except UnsaidError:
        assume(False)
    assert len(found.cells) == len(found.periods) * len(found.members) * len(asked.metrics)
