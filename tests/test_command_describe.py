"""`tally list`, `show` and `explain`: what a book says, and how a number is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tallybook.sample import generate

if TYPE_CHECKING:
    from shell import Shell

COST_TEST = "cost per lead counts what marketing spent and nobody else (tests.yml:3:11)"


def test_metrics_are_listed_by_name_with_unit_and_label(in_book: Shell) -> None:
    lines = in_book("list").out.splitlines()
    assert lines[0].split() == ["name", "unit", "label"]
    assert lines[1] == "average_deal     EUR per deal    Average deal"
    assert [line.split()[0] for line in lines[1:]] == sorted(line.split()[0] for line in lines[1:])


def test_metrics_are_picked_by_tag(in_book: Shell) -> None:
    found = json.loads(in_book("list", "metrics", "--tag", "cost", "--format", "json").out)
    assert [m["name"] for m in found] == ["cost_per_lead", "marketing_spend"]
    assert in_book("list", "--tag", "cost", "--owner", "nobody").status == 2
    assert in_book("list", "--tag", "cost", "--owner", "nobody", "--allow-empty").status == 0


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("sources", "deals  created_at  opportunity_id  6        channel"),
        ("dimensions", "channel  deals, leads, spend"),
        ("scorecards", "marketing  last complete month  Marketing scorecard"),
    ],
)
def test_sources_dimensions_and_scorecards_are_listed(in_book: Shell, kind: str, line: str) -> None:
    assert line in in_book("list", kind).out.splitlines()
    assert in_book("list", kind, "--tag", "cost").status == 2


def test_a_metric_is_shown_with_all_about_it(in_book: Shell) -> None:
    assert in_book("show", "cost_per_lead").out.splitlines() == [
        "cost_per_lead: Cost per lead",
        "  Marketing spend for each new lead.",
        "",
        "formula       marketing_spend / leads",
        'expanded      sum(spend.amount where team = "marketing") / count(leads)',
        "unit          EUR per lead",
        "type          float",
        "better        lower",
        "sources       leads, spend",
        "dimensions    channel",
        "tags          demand, cost",
        "used by       scorecard marketing",
        f"tests         {COST_TEST}",
        "defined       metrics/demand.yml:28:3",
    ]


def test_what_a_library_says_what_the_book_says_and_what_is_lacking(shell: Shell) -> None:
    settings = "name: Mine\ncurrency: EUR\nlibrary: [b2b_marketing]\n"
    choice = "choose: {conversion_rate: by_visitor}\n"
    shell.write("tallybook.yml", settings + choice)
    shell.write("metrics.yml", "metrics: {leads: {target: 7}}\n")
    generate(shell.folder / "data", months=1, size=0.05, tables=["leads", "spend"])

    def facts(metric: str) -> dict[str, object]:
        return dict(json.loads(shell("show", metric, "--format", "json").out))

    assert facts("leads")["defined"] == "metrics.yml:1:11"
    assert "b2b_marketing" in str(facts("leads")["formula_at"])
    assert facts("leads")["lacks"] == []
    assert facts("conversion_rate")["alternatives"] == ["by_visitor (in force)"]
    lacks = {m["name"]: m["lacks"] for m in json.loads(shell("list", "--format", "json").out)}
    assert (lacks["leads"], lacks["ad_clicks"]) == ("-", "ad_stats")
    sources = json.loads(shell("list", "sources", "--format", "json").out)
    assert {s["name"]: s["data"] for s in sources}["leads"] == "there"
    assert {s["name"]: s["data"] for s in sources}["sessions"] == "absent"


def test_what_uses_a_metric_is_one_step_away(in_book: Shell) -> None:
    facts = json.loads(in_book("show", "leads", "--format", "json").out)
    assert facts["used_by"] == ["cost_per_lead", "funnel demand", "scorecard marketing"]
    assert facts["tests"] == [COST_TEST]
    assert facts["expanded"] is None
    facts = json.loads(in_book("show", "won_deals", "--format", "json").out)
    assert facts["used_by"] == ["average_deal", "win_rate", "funnel demand", "scorecard marketing"]


def test_only_dimensions_that_every_source_has_break_a_metric_down(in_book: Shell) -> None:
    sources = in_book.folder / "sources.yml"
    sources.write_text(
        sources.read_text("utf-8").replace(
            "      - channel:\n", "      - lead_id\n      - channel:\n", 1
        ),
        "utf-8",
    )
    in_book.write(
        "metrics/more.yml", "metrics: {share: {formula: 'leads / total(won_deals + leads)'}}\n"
    )

    def dimensions(metric: str) -> list[str]:
        return list(json.loads(in_book("show", metric, "--format", "json").out)["dimensions"])

    assert dimensions("leads") == ["channel", "lead_id"]
    assert dimensions("cost_per_lead") == ["channel"]
    assert dimensions("share") == ["channel", "lead_id"]


@pytest.mark.parametrize("command", ["show", "explain"])
def test_an_unknown_metric_names_the_nearest(in_book: Shell, command: str) -> None:
    ended = in_book(command, "cost_per_leed")
    assert ended.status == 2
    assert "did you mean `cost_per_lead`?" in ended.err


def test_the_formula_as_read(in_book: Shell) -> None:
    assert in_book("explain", "win_rate", "--stage", "ast").out == (
        "binary /  24:14\n"
        "├─ name won_deals  24:14\n"
        "└─ call count  24:26\n"
        "   ├─ name deals  24:32\n"
        "   ├─ where\n"
        "   │  └─ in  24:44\n"
        "   │     ├─ name outcome  24:44\n"
        '   │     ├─ constant "won"  24:56\n'
        '   │     └─ constant "lost"  24:63\n'
        "   └─ at closed_at\n"
    )


def test_what_the_formula_means(in_book: Shell) -> None:
    assert in_book("explain", "win_rate").out == (
        "/ : float, ratio\n"
        "├─ metric won_deals : integer, count\n"
        '│  └─ count(deals where deals.outcome = "won" at deals.closed_at) : integer, count\n'
        '└─ count(deals where deals.outcome in ("won", "lost") at deals.closed_at)'
        " : integer, count\n"
    )


def test_the_plan_of_a_question(in_book: Shell) -> None:
    asked = ("--grain", "month", "--from", "2024-05-01", "--to", "2024-06-30", "--by", "channel")
    assert in_book("explain", "cost_per_lead", "--stage", "plan", *asked).out == PLAN


PLAN = """\
plan as of 2024-07-01T00:00:00+00:00, days of UTC, in-memory
├─ table: 2
│  ├─ leads: channel, created_at
│  └─ spend: amount, channel, spent_on, team
├─ read: 2
│  ├─ spend, rolled up: timed by spend.spent_on, between 2024-05-01 ... 2024-07-01 (3 edges), \
by channel -> #0, #2
│  └─ leads, rolled up: timed by leads.created_at, between 2024-05-01 ... 2024-07-01 (3 edges), \
by channel -> #1
├─ measure: 3
│  ├─ #0 = sum(spend.amount where spend.team = "marketing")
│  │  └─ timed by spend.spent_on, 2 windows [2024-05-01, 2024-06-01) ... [2024-06-01, 2024-07-01), \
by channel
│  ├─ #1 = count(leads)
│  │  └─ timed by leads.created_at, 2 windows [2024-05-01, 2024-06-01) ... \
[2024-06-01, 2024-07-01), by channel
│  └─ #2 = count(spend)
│     └─ timed by spend.spent_on, 2 windows [2024-05-01, 2024-06-01) ... [2024-06-01, 2024-07-01), \
by channel
└─ answer: periods (2) 2024-05 ... 2024-06, by channel
   ├─ cost_per_lead = #0 / #1
   └─ members of #1, #2
"""


def test_the_query_that_runs(in_book: Shell) -> None:
    ended = in_book("explain", "cost_per_lead", "--stage", "polars", "--grain", "month")
    assert ended.status == 0
    assert "cost_per_lead" in ended.out


def test_stages_before_the_plan_know_no_question(in_book: Shell) -> None:
    ended = in_book("explain", "cost_per_lead", "--stage", "ast", "--grain", "month")
    assert ended.status == 2
    assert "the same for every question" in ended.err


EVERY_KIND = """\
metrics:
  k01: {formula: 'prior(leads, 1 year) + growth(leads) * cumulative(leads)'}
  k02: {formula: 'trailing(leads, 28 days) / to_date(leads, year)'}
  k03: {formula: 'total(leads) - total(leads over channel)'}
  k04: {formula: 'avg(sum(spend.amount where team = "marketing") per channel, team)'}
  k05: {formula: 'conversion(leads -> deals by channel within 30 days)'}
  k06: {formula: 'retained(leads by channel, 1 month)'}
  k07: {formula: '(leads where channel in ("email", "event")) / leads'}
  k08: {formula: 'count(leads where not (qualified_at within 7 days of created_at))'}
  k09: {formula: 'count(leads where created_at between 2024-01-01 and 2024-02-01 at created_at)'}
  k10: {formula: 'sum(case when spend.amount > 10 then 1 when not true then 2 else -0 end)'}
  k11: {formula: 'if(leads > 3, 25%, null)'}
  k12: {formula: 'percentile(deals.amount, 0.9 where closed_at >= period.start)'}
"""


@pytest.mark.parametrize("stage", ["ast", "ir", "plan", "polars"])
def test_every_kind_of_node_can_be_printed(in_book: Shell, stage: str) -> None:
    in_book.write("metrics/every.yml", EVERY_KIND)
    question = () if stage in ("ast", "ir") else ("--grain", "month", "--from", "2024-01-01")
    for number in range(1, 13):
        ended = in_book("explain", f"k{number:02}", "--stage", stage, *question)
        assert (ended.status, ended.err) == (0, ""), number
        assert "object at" not in ended.out
        assert "Enum" not in ended.out
