"""Alternatives of the library's metrics by rows that fit in the head: `library/alternatives`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from proofs import ALTERNATIVES, PROOFS, alternatives_as_metrics
from tallybook.opening import open_checked
from tallybook.tables.headers import DeclaredColumns
from tallybook.testing.expected import number
from tallybook.testing.run import run_tests
from tallybook.text.report import as_text
from test_library_definitions import expected_of, has_a_stranger, names_of_tests, sources_divided

if TYPE_CHECKING:
    from tallybook.check.model import Checked
    from tallybook.testing.run import Outcome

ROWS = PROOFS / "alternatives"
NAMES = names_of_tests(ROWS)
METRICS = [name.replace(".", "__") for name in ALTERNATIVES]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder = tmp_path_factory.mktemp("alternatives") / "book"
    shutil.copytree(ROWS, folder)
    (folder / "metrics.yml").write_text(alternatives_as_metrics(), encoding="utf-8")
    return open_checked(folder, schemas=DeclaredColumns).checked


@pytest.fixture(scope="module")
def outcomes(checked: Checked) -> dict[str, Outcome]:
    tests = checked.book.declarations.tests
    return {o.test.name.value: o for o in run_tests(checked, tests)}


@pytest.mark.parametrize("name", NAMES)
def test_what_an_alternative_means_holds(outcomes: dict[str, Outcome], name: str) -> None:
    failures = outcomes[name].failures
    assert not failures, as_text(failures)


@pytest.mark.parametrize("metric", METRICS)
def test_every_alternative_is_worked_out_on_the_edges(checked: Checked, metric: str) -> None:
    expected = expected_of(checked, metric)
    normal = [test for test, datum in expected if number(datum) not in (None, 0)]
    assert any(has_a_stranger(test) for test in normal)
    empty = [datum.value for test, datum in expected if not test.given]
    assert empty in ([None], [0])
    if sources_divided(checked.metrics[metric].cell):
        assert [test for test, datum in expected if datum.value is None and test.given]
