"""The metrics of the library by rows that fit in the head: `tests/library/definitions`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tallybook.check.sources import sources_of
from tallybook.language import ir
from tallybook.opening import open_checked
from tallybook.tables.headers import DeclaredColumns
from tallybook.testing.expected import number
from tallybook.testing.question import query_of
from tallybook.testing.run import run_tests
from tallybook.text.report import as_text

if TYPE_CHECKING:
    from tallybook.check.model import Checked
    from tallybook.declare.model import Datum, MetricTest
    from tallybook.testing.run import Outcome

DEFINITIONS = Path(__file__).parent / "library" / "definitions"


def names_of_tests(folder: Path) -> list[str]:
    """The names of a folder's tests, as they stand in it."""
    return [
        test["name"]
        for path in sorted(folder.glob("*.yml"))
        for test in yaml.safe_load(path.read_text(encoding="utf-8")).get("tests", ())
    ]


NAMES = names_of_tests(DEFINITIONS)


@pytest.fixture(scope="module")
def checked() -> Checked:
    return open_checked(DEFINITIONS, schemas=DeclaredColumns).checked


@pytest.fixture(scope="module")
def outcomes(checked: Checked) -> dict[str, Outcome]:
    tests = checked.book.declarations.tests
    return {o.test.name.value: o for o in run_tests(checked, tests)}


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_holds(outcomes: dict[str, Outcome], name: str) -> None:
    failures = outcomes[name].failures
    assert not failures, as_text(failures)


def test_definitions_have_names_of_their_own(outcomes: dict[str, Outcome]) -> None:
    assert list(outcomes) == NAMES


def expected_of(checked: Checked, metric: str) -> list[tuple[MetricTest, Datum]]:
    """Every value that a test expects of a metric."""
    return [
        (test, datum)
        for test in checked.book.declarations.tests
        for row in test.expect
        for name, datum in row
        if name.value == metric
    ]


def test_every_metric_has_a_normal_case_with_rows_that_are_not_in_it(checked: Checked) -> None:
    for metric in checked.metrics:
        normal = [t for t, datum in expected_of(checked, metric) if number(datum) not in (None, 0)]
        assert normal, metric
        assert any(has_a_stranger(test) for test in normal), metric


def has_a_stranger(test: MetricTest) -> bool:
    """Whether a row of the test falls into the month after: its first instant is out."""
    return any(
        str(datum.value).startswith("2024-07-01")
        for _, rows in test.given
        for row in rows
        for _, datum in row
    )


def test_every_metric_has_a_case_without_any_rows(checked: Checked) -> None:
    for metric in checked.metrics:
        empty = [datum for test, datum in expected_of(checked, metric) if not test.given]
        assert empty, metric
        assert all(datum.value in (None, 0) for datum in empty), metric


def test_every_metric_that_divides_has_a_case_without_a_denominator(checked: Checked) -> None:
    dividing = [name for name, metric in checked.metrics.items() if sources_divided(metric.cell)]
    assert len(dividing) > 80
    for metric in dividing:
        none = [test for test, datum in expected_of(checked, metric) if datum.value is None]
        assert none, metric
        if len(sources_divided(checked.metrics[metric].cell)) > 1:
            assert any(test.given for test in none), f"{metric}: rows of its numerator alone"


def sources_divided(cell: ir.Cell) -> set[str]:
    """The sources of all divisions in a cell; nothing where it divides nothing."""
    match cell:
        case ir.CellCall(function="/", arguments=arguments):
            return {source for a in arguments for source in sources_of(a)}
        case ir.CellCall(arguments=arguments):
            return {s for a in arguments for s in sources_divided(a)}
        case ir.Growth(body=body):
            return set(sources_of(body))
        case ir.Constant() | ir.Aggregate() | ir.PerKey() | ir.Conversion() | ir.Retention():
            return set()
        case ir.Elapsed():
            return set()
        case _:
            return sources_divided(cell.body)


def test_every_metric_of_the_library_is_asked_for(checked: Checked) -> None:
    asked = {m for test in checked.book.declarations.tests for m in query_of(test).metrics}
    assert asked == set(checked.metrics)
