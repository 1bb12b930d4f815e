"""Runs tests: rows into tables, the question asked of them, the answer held to what is expected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.ask.query import instant, question
from tallybook.check.checker import check
from tallybook.compute.run import run
from tallybook.dataclass import dataclass
from tallybook.plan.planner import plan
from tallybook.tables.given import empty, given_frames, reader_of
from tallybook.testing.compare import Answer, differences
from tallybook.testing.question import AFTER_ALL, asked_by, query_of
from tallybook.testing.rules import FAILED_TEST
from tallybook.text.diagnostic import BookError, Diagnostic, Findings, Related

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tallybook.check.model import Checked
    from tallybook.declare.model import MetricTest
    from tallybook.parse.syntax import Value
    from tallybook.tables.given import Frames, GivenReader


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a test ended: it passed where there is nothing to tell."""

    test: MetricTest
    failures: tuple[Diagnostic, ...]


def run_tests(checked: Checked, tests: Sequence[MetricTest]) -> Iterator[Outcome]:
    """Run tests of a book that has been checked. Raises `BookError` for rows that cannot be read.

    Sources that a test gives no rows of are empty.
    """
    nothing = {name: empty(table) for name, table in checked.book.tables.items()}
    variants = _Variants(checked)
    for test, frames in zip(tests, _frames(checked, tests), strict=True):
        yield Outcome(test, _failures(test, variants.of(test), reader_of(frames, nothing)))


def _frames(checked: Checked, tests: Sequence[MetricTest]) -> list[Frames]:
    """The tables that each test gives; of each source, the rows of all tests are read at once."""
    findings = Findings()
    frames: list[Frames] = [{} for _ in tests]
    for name, table in checked.book.tables.items():
        blocks = {
            number: rows
            for number, test in enumerate(tests)
            for source, rows in test.given
            if source.value == name
        }
        zone = checked.book.calendar.zone
        read = given_frames(table, list(blocks.values()), zone, findings) if blocks else []
        for number, frame in zip(blocks, read, strict=True):
            frames[number][name] = frame
    findings.raise_errors()
    return frames


class _Variants:
    """The book with the parameters that tests set, checked once for each."""

    def __init__(self, checked: Checked) -> None:
        self._plain = checked
        self._known: dict[tuple[tuple[str, str], ...], Checked] = {}

    def of(self, test: MetricTest) -> Checked:
        values = {name.value: value for name, value in asked_by(test).set}
        if not values:
            return self._plain
        key = tuple(sorted((name, repr(value)) for name, value in values.items()))
        if key not in self._known:
            self._known[key] = self._set(values)
        return self._known[key]

    def _set(self, values: Mapping[str, Value]) -> Checked:
        """Check the formulas again: a parameter of another type may not fit into them."""
        book, findings = self._plain.book, Findings()
        changed = check(replace(book, parameters={**book.parameters, **values}), findings)
        findings.raise_errors()
        return changed


def _failures(test: MetricTest, checked: Checked, reader: GivenReader) -> tuple[Diagnostic, ...]:
    as_of = instant(asked_by(test).as_of or AFTER_ALL, checked)
    try:
        asked = question(query_of(test), checked, reader, as_of)
        planned = plan(checked, [asked], as_of, checked.book.calendar)
        rows = tuple(run(planned, reader)[0].frame.iter_rows(named=True))
        return tuple(differences(test, Answer(asked, rows, checked, reader, as_of)))
    except BookError as error:
        return tuple(_broken(test, found) for found in error.diagnostics if found.is_error)


def _broken(test: MetricTest, found: Diagnostic) -> Diagnostic:
    """A fault of the rows that only showed when they were computed with."""
    related = (Related(found.span, "here"),) if found.span else ()
    message = f"`{test.name}` cannot be computed: {found.message}"
    return Diagnostic(FAILED_TEST, message, test.name.span, found.help, related)
