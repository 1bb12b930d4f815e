"""What is said to those who write formulas as another language has them."""

from __future__ import annotations

import pytest

from tallybook.parse.parser import parse
from tallybook.text.diagnostic import Findings
from tallybook.text.span import SourceText, whole


def _advice(formula: str) -> str:
    findings = Findings()
    assert parse(whole(SourceText("formula", formula)), findings) is None
    [finding] = findings.in_file_order()
    return finding.help or ""


@pytest.mark.parametrize(
    ("formula", "advice"),
    [
        ("count(*)", "`count(leads)`"),
        ("count(distinct deals.owner)", "`distinct(x)`"),
        ("if a > 3 then 1 else 2", "`if(condition, then, else)`"),
        ("avg(sum(deals.amount)) per owner", "inside the parentheses"),
        ("count(deals) at closed_on", "inside the parentheses"),
        ("prior(revenue, 1 fortnight)", "weeks"),
        ("a == 1", "write `=`"),
        ("a <> 1", "`!=`"),
        ("a && b", "`and`"),
        ("a % 2", "`mod(a, b)`"),
        ("a AND b", "`and`"),
        ("1,000 + a", "`1234.5`"),
        ("sum(deals.amount", "add `)`"),
        ("a = 'x", "not closed"),
        ("a +", "a value is missing"),
    ],
)
def test_habits_of_other_languages_get_advice(formula: str, advice: str) -> None:
    assert advice in _advice(formula)
