"""Formulas as Polars expressions, in frames of one's own."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import tallybook as tb

DEALS = pl.DataFrame(
    {
        "amount": [100, 200, None, 400],
        "won": [True, False, True, None],
        "owner": ["a", "a", "b", "b"],
        "opened": [dt.datetime(2024, 1, d) for d in (1, 2, 3, 4)],
        "closed": [dt.date(2024, 1, d) for d in (3, 4, 5, 31)],
    }
)


def test_an_aggregate_in_a_selection() -> None:
    mean = tb.compile("sum(amount where won) / count(won)", DEALS.schema)
    assert DEALS.select(mean).item() == pytest.approx(50)


def test_an_aggregate_per_group() -> None:
    total = tb.compile("sum(amount) - 1", DEALS)
    found = DEALS.group_by("owner", maintain_order=True).agg(x=total)
    assert found["x"].to_list() == [299, 399]


def test_a_value_per_row() -> None:
    days = tb.compile("days(opened, closed)", DEALS)
    assert DEALS.select(days).to_series().to_list() == [2, 2, 2, 27]


def test_a_condition_for_filtering() -> None:
    large = tb.compile('amount >= 200 and owner = "b"', DEALS)
    assert DEALS.filter(large)["amount"].to_list() == [400]


def test_parameters_are_values() -> None:
    over = tb.compile("count(amount > limit)", DEALS, parameters={"limit": 150})
    assert DEALS.select(over).item() == 2


def test_nothing_in_an_empty_frame() -> None:
    empty = DEALS.clear()
    zero = tb.compile("sum(amount)", empty)
    nothing = tb.compile("avg(amount)", empty)
    assert empty.select(zero).item() == 0
    assert empty.select(nothing).item() is None


def test_a_mistake_is_told() -> None:
    with pytest.raises(tb.BookError, match="has no column `amunt`") as told:
        tb.compile("sum(amunt)", DEALS)
    assert told.value.diagnostics[0].help == "did you mean `amount`?"


def test_a_condition_of_constants_holds_for_every_row() -> None:
    every = tb.compile("count(owner where 0 = 0) + sum(amount where 0 = 1)", DEALS)
    assert DEALS.select(every).item() == 4
    rows = tb.compile("count(row where 0 = 0)", DEALS)
    found = DEALS.head(3).group_by("owner", maintain_order=True).agg(n=rows)
    assert found["n"].to_list() == [2, 1]


@pytest.mark.parametrize(
    "formula",
    [
        "1e308 * 10",
        "1e308 * 10 * 0",
        "1e308 * 10 - 1e308 * 10",
        "1 / (1e308 * 10)",
        "1 / (1 + 1e308 * 10)",
        "1e308 / 0.01 / 2",
        "-(1e308 * 10) + 1",
        "1e308 * 10 > 1",
        "mod(5, 1e308 * 10)",
        "(1e308 * 10) ^ 0",
        "exp(1000) * 0",
        "exp(ln(0))",
        "sqrt(-1) + 1",
        "abs(ln(0))",
        "nullif(0 / 0, 5)",
        "least(1 / 0, ln(0))",
        "amount / 0 + amount",
        "sum(amount * 1e308 * 10) / 2",
        "sum(amount) / 0 * 0",
        "5 / (sum(amount) / 0)",
    ],
)
def test_what_is_no_number_is_nothing_and_so_is_what_is_made_of_it(formula: str) -> None:
    assert set(DEALS.select(x=tb.compile(formula, DEALS))["x"]) == {None}


def test_nothing_in_place_of_no_number_can_be_replaced() -> None:
    found = DEALS.select(tb.compile("coalesce(1e308 * 10 + 1, 5)", DEALS))
    assert found.item() == 5


def test_an_expression_grows_with_its_formula_and_not_with_powers_of_it() -> None:
    """Looking at every step for infinity and NaN would double what the step is made of."""

    def size(terms: int) -> int:
        summed = " + ".join(f"amount * {n}.5 / 7" for n in range(1, terms + 1))
        return len(str(tb.compile(summed, DEALS)))

    assert size(24) < 3 * size(12)
