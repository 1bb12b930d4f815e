"""Formulas that say more than a computer can write down: refused at check, where they begin to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.text.diagnostic import Diagnostic

_SOURCE = "sources:\n  t:\n    columns:\n      x: float\n      name: string\n"


def _steps(name: str, first: str, step: str, count: int, indent: int) -> str:
    """Definitions, each made of the one before, which `step` calls `@`."""
    lines = [f"{name}0: {{formula: {first}}}"]
    lines += [f"{name}{n}: {{formula: '{step}'}}" for n in range(1, count)]
    lines = [line.replace("@", f"{name}{n - 1}") for n, line in enumerate(lines)]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def _written(folder: Path, text: str) -> Path:
    (folder / "data").mkdir()
    (folder / "data" / "t.csv").write_text("x,name\n2,a\n3,b\n", encoding="utf-8")
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    return folder


def _refused(folder: Path, text: str) -> Diagnostic:
    with pytest.raises(BookError) as raised:
        open_book(_written(folder, text))
    (found,) = raised.value.diagnostics
    assert found.rule.id == "formula-too-large"
    return found


@pytest.mark.parametrize(
    "step", ["@ + @", "growth(@)", "if(@ > 1, @, 0)", "@ ^ @", "round(round(@, 1), 1)"]
)
def test_metrics_that_double_with_each_step_are_refused(step: str, tmp_path: Path) -> None:
    metrics = _steps("m", "sum(t.x)", step, 60, 2)
    assert "written out" in _refused(tmp_path, f"{_SOURCE}metrics:\n{metrics}").message


def test_columns_that_double_with_each_step_are_refused(tmp_path: Path) -> None:
    columns = _steps("c", "x", "@ + @", 60, 6)
    metric = "metrics:\n  m: {formula: sum(t.c59)}\n"
    assert "`t.c" in _refused(tmp_path, f"{_SOURCE}{columns}{metric}").message


def test_scopes_that_double_with_each_step_are_refused(tmp_path: Path) -> None:
    names = "".join(f"  s{n}: s{n - 1} or s{n - 1}\n" for n in range(1, 60))
    metric = "metrics:\n  m: {formula: count(t where s59)}\n"
    _refused(tmp_path, f"{_SOURCE}scopes:\n  s0: name = 'a'\n{names}{metric}")


def test_a_chain_of_metrics_longer_than_a_program_can_follow_is_refused(tmp_path: Path) -> None:
    metrics = _steps("m", "sum(t.x)", "@ + 1", 900, 2)
    _refused(tmp_path, f"{_SOURCE}metrics:\n{metrics}")


@pytest.mark.parametrize(
    "formula",
    ["^".join(["2"] * 200), "sqrt(" * 60 + "2" + ")" * 60, "mod(1, " * 60 + "2" + ")" * 60],
)
def test_calls_that_look_twice_at_what_is_in_them_are_refused(formula: str, tmp_path: Path) -> None:
    _refused(tmp_path, f"{_SOURCE}metrics:\n  m: {{formula: '{formula}'}}\n")


@pytest.mark.parametrize(
    ("formula", "value"),
    [("^".join(["2"] * 4), 65536), ("1 + " * 199 + "1", 200), ("8 / (4 / (2 / sum(t.x)))", 0.8)],
)
def test_what_people_write_is_not(formula: str, value: float, tmp_path: Path) -> None:
    book = open_book(_written(tmp_path, f"{_SOURCE}metrics:\n  m: {{formula: '{formula}'}}\n"))
    assert book.query("m")["m"].item() == value


def test_a_chain_of_a_hundred_metrics_is_computed(tmp_path: Path) -> None:
    metrics = _steps("m", "sum(t.x)", "@ + 1", 101, 2)
    book = open_book(_written(tmp_path, f"{_SOURCE}metrics:\n{metrics}"))
    assert book.query("m100")["m100"].item() == 105
