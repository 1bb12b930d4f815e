"""Every entry of the table of functions, by its own example."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tallybook.book import open_book
from tallybook.language.functions import CALLABLE, FUNCTIONS, Function
from tallybook.language.types import Type

if TYPE_CHECKING:
    import polars as pl

BOOK = Path(__file__).parents[1] / "docs" / "reference" / "book"


def answer(formula: str, folder: Path, **question: str) -> pl.DataFrame:
    """What a formula gives over the tables of the reference."""
    shutil.copytree(BOOK, folder, dirs_exist_ok=True)
    lines = ["metrics:", "  answer:", "    formula: |", f"      {formula}"]
    (folder / "answer.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_book(folder).query("answer", **question)  # type: ignore[call-overload,no-any-return] # one of its forms


def value_of(text: str) -> object:
    """A value as examples write it."""
    words: dict[str, object] = {"null": None, "true": True, "false": False}
    if text in words:
        return words[text]
    if text.startswith('"'):
        return text[1:-1]
    return dt.date.fromisoformat(text) if text.count("-") > 1 else float(text)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_the_example_comes_out_as_stated(function: Function, tmp_path: Path) -> None:
    formula, expected = function.example
    question = {}
    if function.kind == "context":
        question = {"grain": "month", "start": "2024-03-01", "end": "2024-03-31"}
    if function.name == "total":
        question["by"] = "channel"
    frame = answer(formula, tmp_path, **question)
    if function.name == "total":
        frame = frame.filter(channel="email")
    [found] = frame["answer"].to_list()
    wanted = value_of(expected)
    assert type(found) is type(wanted) or not isinstance(wanted, bool | str | None)
    assert found == pytest.approx(wanted) if isinstance(wanted, float) else found == wanted


@pytest.mark.parametrize("function", CALLABLE.values(), ids=list(CALLABLE))
def test_the_example_calls_the_function_that_it_is_of(function: Function) -> None:
    assert f"{function.name}(" in function.example[0]


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_the_documentation_is_a_sentence(function: Function) -> None:
    assert not function.doc[0].islower() or function.name == "exp"
    assert function.doc.endswith(".")


def test_names_stand_once() -> None:
    assert len(CALLABLE) == sum(f.name in CALLABLE for f in FUNCTIONS.values())


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if f.kind == "scalar"])
def test_a_scalar_function_of_null_is_lowered_as_well(name: str, tmp_path: Path) -> None:
    """A function that cannot take null fails here, and not on somebody's empty column."""
    function = FUNCTIONS[name]
    given = [
        p.words[0] if p.words else '"a"' if p.constant and Type.STRING in p.types
        else "1" if p.constant else "null"
        for p in function.parameters
    ]  # fmt: skip
    answer(f"{name}({', '.join(given)})", tmp_path)


def test_a_part_to_replace_may_differ_by_row(tmp_path: Path) -> None:
    condition = 'replace(stage, owner, "") = stage and replace(stage, stage, owner) = owner'
    assert answer(f"count(deals where {condition})", tmp_path)["answer"].to_list() == [4]


def test_nothing_is_replaced_where_the_part_is_empty(tmp_path: Path) -> None:
    formula = 'count(deals where replace(stage, "", "x") = stage)'
    assert answer(formula, tmp_path)["answer"].to_list() == [4]
