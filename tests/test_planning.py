"""What a budget may bring at the cost and the rates of a past period."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from shell import Shell

FILES = {
    "spend.csv": "spend_id,spent_on,team,purpose,category,channel,amount\n"
    "1,2024-01-02,marketing,acquisition,ads,email,300\n"
    "2,2024-01-03,marketing,acquisition,ads,pr,100\n",
    "leads.csv": "lead_id,created_at,channel\n"
    "a,2024-01-05,email\nb,2024-01-06,email\nc,2024-01-07,email\nd,2024-01-08,pr\n",
    "opportunities.csv": "opportunity_id,lead_id,kind,created_at,closed_at,outcome,amount,channel\n"
    "1,a,new,2024-01-10,2024-01-20,won,1000,email\n2,d,new,2024-01-11,2024-01-25,won,3000,pr\n",
}
ASKED = ("planned_budget", "planned_leads", "planned_deals", "planned_value")


@pytest.fixture
def book(shell: Shell) -> Shell:
    text = "library: [b2b_marketing]\ndata: .\ncurrency: EUR\nas_of: 2024-06-01\n"
    shell.write("tallybook.yml", text)
    for name, rows in FILES.items():
        shell.write(name, rows)
    return shell


def asked(book: Shell, *arguments: str) -> list[dict[str, str]]:
    found = book("query", *ASKED, *arguments, "--format", "csv")
    assert found.status == 0, found.err
    return list(csv.DictReader(io.StringIO(found.out)))


def test_without_a_budget_the_period_is_repeated(book: Shell) -> None:
    (row,) = asked(book)
    assert [float(row[m]) for m in ASKED] == [400, 4, 2, 4000]


def test_a_budget_brings_in_proportion(book: Shell) -> None:
    (row,) = asked(book, "--set", "budget=1000")
    assert [float(row[m]) for m in ASKED] == pytest.approx([1000, 10, 5, 10_000])


def test_by_channel_each_at_its_own_cost_and_rates(book: Shell) -> None:
    rows = asked(book, "--set", "budget=600", "--by", "channel")
    found = {r["channel"]: [float(r[m]) for m in ASKED] for r in rows}
    # As if all of it went to the one channel.
    assert found["email"] == pytest.approx([600, 6, 2, 2000])
    assert found["pr"] == pytest.approx([600, 6, 6, 18_000])
