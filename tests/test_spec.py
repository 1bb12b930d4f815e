"""Every example of `spec/`, asked of the oracle and of the engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

import public
from oracle import naive
from oracle.compare import same
from oracle.printer import to_formula
from oracle.reader import read
from oracle.spec import Case, cases, expected_value
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from oracle.schema import Answer, Members, Value

_CASES = list(cases(Path(__file__).parent / "spec"))
_ANSWERED = [case for case in _CASES if case.refused is None]
_REFUSED = [case for case in _CASES if case.refused is not None]


def _check(case: Case, found: Answer, zone: str) -> None:
    differences = []
    rows = [(p, m) for p in range(len(found.periods)) for m in found.members]
    assert len(rows) == len(case.expected), f"{found.periods} x {found.members}"
    for (number, member), expected in zip(_in_order(case, found, rows), case.expected, strict=True):
        label, start, end, partial = found.periods[number]
        row: dict[str, Value] = {"period": label, "start": start, "end": end, "partial": partial}
        row |= dict(zip(case.question.by, member, strict=True))
        row |= {m: found.cells[number, member, m] for m in case.question.metrics}
        for column, text in expected.items():
            wanted = text if column == "period" else expected_value(text)
            if not same(row[column], wanted, zone):
                differences.append(f"{column} in {expected}: {row[column]!r}, not {wanted!r}")
    assert not differences


def _in_order(
    case: Case, found: Answer, rows: list[tuple[int, Members]]
) -> list[tuple[int, Members]]:
    """Members in the order in which the example lists them: that order is not the language's."""
    by = case.question.by
    listed = [tuple(expected_value(row[name]) for name in by) for row in case.expected]
    places = {member: listed.index(member) for member in found.members if member in listed}
    assert set(places) == set(listed), f"members {found.members}, not {listed}"
    return sorted(rows, key=lambda row: (row[0], places[row[1]]))


@pytest.mark.parametrize("case", _ANSWERED, ids=lambda case: case.name)
def test_the_oracle_agrees_with_the_example(case: Case) -> None:
    book = case.given.book(case.metrics)
    _check(case, naive.answer(book, case.given.rows(book), case.question), book.timezone)


@pytest.mark.parametrize("case", _ANSWERED, ids=lambda case: case.name)
def test_the_engine_agrees_with_the_example(case: Case, tmp_path: Path) -> None:
    _write(case, tmp_path)
    found = public.as_answer(public.ask(tmp_path, case.question), case.question)
    _check(case, found, case.given.settings.get("timezone", "UTC"))


@pytest.mark.parametrize("case", _REFUSED, ids=lambda case: case.name)
def test_the_engine_refuses_the_example(case: Case, tmp_path: Path) -> None:
    _write(case, tmp_path)
    with pytest.raises(BookError) as refusal:
        public.ask(tmp_path, case.question)
    ids = {d.rule.id for d in refusal.value.diagnostics}
    assert case.refused in ids


@pytest.mark.parametrize("case", _ANSWERED, ids=lambda case: case.name)
def test_formulas_of_examples_print_as_they_read(case: Case) -> None:
    for text in case.metrics.values():
        assert read(to_formula(read(text))) == read(text)


def _write(case: Case, folder: Path) -> None:
    settings = yaml.safe_dump({"data": "data/", **case.given.settings}, allow_unicode=True)
    (folder / "tallybook.yml").write_text(settings, encoding="utf-8")
    lines = ["metrics:"]
    for name, formula in case.metrics.items():
        lines += [f"  {name}:", "    formula: |", f"      {formula}"]
    (folder / "asked.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "data").mkdir()
    for name, text in case.given.tables.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
