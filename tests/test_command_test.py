"""`tally test`: rows, a question, an answer; and what is told where they do not agree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    from shell import Ended, Shell

BOOK = """\
timezone: Europe/Berlin
currency: EUR
parameters: {floor: 10}
sources:
  leads:
    key: lead_id
    time: created_at
    timezone: UTC
    read: {separator: ";", decimal_comma: true, nulls: ["", "n/a"], dates: "%d.%m.%Y %H:%M"}
    columns:
      lead_id: string
      created_at: {type: datetime, from: "Create Date"}
      channel: {type: string, clean: [trim, lower], map: {fb: facebook}}
      budget: {type: float, unit: EUR}
      visits: integer
      is_paid: {type: boolean, map: {yes: "true", no: "false"}}
      account_id: string
      doubled: {formula: budget * 2}
    dimensions: [channel, {country: account.country}]
    links: {account: {to: accounts, on: account_id}}
  accounts:
    key: account_id
    columns: {account_id: string, country: string}
  spend:
    time: day
    columns: {day: date, amount: {type: decimal, unit: EUR}, channel: string}
    dimensions: [channel]
  rich:
    sql: select lead_id, budget, "created_at" from leads where budget > 100
    time: created_at
metrics:
  leads: {formula: count(leads)}
  spend: {formula: sum(spend.amount)}
  cost_per_lead: {formula: spend / leads, unit: EUR per lead}
  budget: {formula: sum(leads.budget)}
  doubled: {formula: sum(leads.doubled)}
  visits: {formula: avg(leads.visits)}
  paid: {formula: count(leads where is_paid)}
  rich: {formula: count(rich)}
  above_floor: {formula: count(leads where budget > floor)}
  first_lead: {formula: min(leads.created_at)}
  first_channel: {formula: first(leads.channel)}
  growth_of_leads: {formula: growth(leads)}
"""


def ended(shell: Shell, tests: str, *arguments: str) -> Ended:
    shell.write("tallybook.yml", BOOK)
    shell.write("tests.yml", f"tests:\n{tests}")
    return shell("test", *arguments)


def passes(shell: Shell, tests: str) -> None:
    done = ended(shell, tests)
    assert done.err.endswith(": 1 passed\n") or " passed (" in done.err, done.err
    assert done.status == 0


def fails(shell: Shell, tests: str) -> list[dict[str, object]]:
    done = ended(shell, tests, "--output-format", "json")
    assert done.status == 1
    found: list[dict[str, object]] = json.loads(done.out)
    return found


ONE_CELL = """
  - name: spend by leads
    given:
      spend: [{day: 2024-01-03, amount: 100}, {day: 2024-02-01, amount: 7}]
      leads: [{created_at: 05.01.2024 10:00}, {created_at: 31.01.2024 10:00}]
    query: {grain: month, from: 2024-01-01, to: 2024-01-31}
    expect: {cost_per_lead: 50, leads: 2}
"""


def test_no_data_has_to_be_there_and_none_is_read(shell: Shell) -> None:
    passes(shell, ONE_CELL)
    shell.write("data/leads.csv", "lead_id;Create Date\na;05.01.2024 10:00\n" * 1)
    passes(shell, ONE_CELL)


def test_rows_are_read_as_the_file_would_be(shell: Shell) -> None:
    """Names, patterns, zones, cleaning, maps, commas, words for nothing, computed columns."""
    passes(
        shell,
        """
  - name: read
    given:
      leads:
        - {lead_id: a, created_at: 31.12.2023 23:30, channel: " FB ", budget: "1,5", is_paid: yes}
        - {lead_id: b, created_at: 02.01.2024 00:00, channel: email, budget: 2.5, is_paid: "no"}
        - {lead_id: c, created_at: 02.01.2024 00:00, channel: n/a, budget: 100, is_paid: true}
        - {lead_id: d, created_at: n/a, budget: n/a}
    query: {grain: month, from: 2024-01-01, to: 2024-01-31, by: channel}
    expect:
      - {channel: facebook, leads: 1, budget: 1.5, doubled: 3, paid: 1}
      - {channel: email, leads: 1, budget: 2.5, doubled: 5, paid: 0}
      - {channel: null, leads: 1, budget: 100, doubled: 200, paid: 1}
""",
    )


def test_what_is_not_given_is_empty(shell: Shell) -> None:
    passes(
        shell,
        """
  - name: nothing
    given: {}
    expect: {leads: 0, spend: 0, cost_per_lead: null, visits: null, rich: 0}
""",
    )


def test_rows_without_any_value_are_rows(shell: Shell) -> None:
    passes(shell, "  - {name: two, given: {leads: [{}, {}]}, expect: {leads: 2, budget: null}}")


def test_links_look_up_given_rows(shell: Shell) -> None:
    passes(
        shell,
        """
  - name: by country
    given:
      leads: [{account_id: a}, {account_id: a}, {account_id: x}]
      accounts: [{account_id: a, country: DE}]
    query: {by: country}
    expect: [{country: DE, leads: 2}, {country: null, leads: 1}]
""",
    )


def test_a_source_of_sql_is_made_of_what_is_given_or_given_itself(shell: Shell) -> None:
    passes(shell, "  - {name: a, given: {leads: [{budget: 101}, {budget: 5}]}, expect: {rich: 1}}")
    passes(shell, "  - {name: a, given: {rich: [{budget: 1}, {budget: 5}]}, expect: {rich: 2}}")


def test_a_test_does_not_depend_on_the_day_of_the_book_or_the_clock(shell: Shell) -> None:
    given = "given: {leads: [{created_at: 05.01.2124 10:00}]}"
    passes(shell, f"  - {{name: a, {given}, expect: {{leads: 1}}}}")
    shell.write("more.yml", "as_of: 2024-01-01\n")
    passes(shell, f"  - {{name: a, {given}, expect: {{leads: 1}}}}")
    passes(shell, f"  - {{name: a, {given}, query: {{as_of: 2124-01-05}}, expect: {{leads: 0}}}}")


def test_a_condition_and_a_parameter_of_its_own(shell: Shell) -> None:
    passes(
        shell,
        """
  - name: a
    given: {leads: [{channel: email, budget: 11}, {channel: email, budget: 5}, {budget: 20}]}
    query: {where: channel = "email", set: {floor: 4}}
    expect: {above_floor: 2, leads: 2}
""",
    )
    passes(
        shell,
        """
  - name: a
    given: {leads: [{budget: 11}, {budget: 5}]}
    expect: {above_floor: 1}
""",
    )


def test_several_periods_are_listed(shell: Shell) -> None:
    passes(
        shell,
        """
  - name: a
    given: {leads: [{created_at: 05.01.2024 10:00}, {created_at: 05.03.2024 10:00}]}
    query: {grain: month, from: 2024-01-01, to: 2024-03-31}
    expect:
      - {period: 2024-01, leads: 1, growth_of_leads: null}
      - {period: 2024-02, leads: 0, growth_of_leads: -100%}
      - {period: 2024-03, leads: 1}
""",
    )


def test_values_of_every_type(shell: Shell) -> None:
    passes(
        shell,
        """
  - name: a
    given:
      leads: [{created_at: 05.01.2024 10:00, channel: x, visits: 1}, {visits: 1}, {visits: 0}]
    expect: {first_lead: 2024-01-05 11:00, first_channel: x, visits: 2/3}
""",
    )


@pytest.mark.parametrize(
    ("expected", "agrees"),
    [
        ("0.333333333333", True),
        ("33.3333333333%", True),
        ("1/3", True),
        ("0.333", False),
        ("null", False),
        ("0", False),
    ],
)
def test_fractions_agree_to_nine_digits(shell: Shell, expected: str, *, agrees: bool) -> None:
    done = ended(
        shell,
        "  - {name: a, given: {leads: [{visits: 1}, {visits: 0}, {visits: 0}]}, "
        f"expect: {{visits: {expected}}}}}",
    )
    assert (done.status == 0) is agrees


def test_decimals_agree_exactly(shell: Shell) -> None:
    given = "given: {spend: [{amount: 0.1}, {amount: 0.2}]}"
    passes(shell, f"  - {{name: a, {given}, expect: {{spend: 0.3}}}}")
    fails(shell, f"  - {{name: a, {given}, expect: {{spend: 0.30000000001}}}}")


def test_a_failure_tells_what_the_number_is_made_of(shell: Shell) -> None:
    done = ended(shell, ONE_CELL.replace("cost_per_lead: 50", "cost_per_lead: 60"))
    assert done.status == 1
    assert done.out == ""
    assert (
        done.err
        == """\
error[failed-test]: `spend by leads`: expected 60 for `cost_per_lead` in 2024-01, found 50
  --> tests.yml:8:29
   |
 8 |     expect: {cost_per_lead: 60, leads: 2}
   |                             ^^
  ::: tallybook.yml:34:28
   |
34 |   cost_per_lead: {formula: spend / leads, unit: EUR per lead}
   |                            ------------- the formula of `cost_per_lead`
   |
   | spend / leads = 50
   | ├─ spend = 100
   | │  └─ sum(spend.amount) = 100   (1 row of spend)
   | └─ leads = 2
   |    └─ count(leads) = 2   (2 rows of leads)

1 test: 1 failed"""
        + done.err[done.err.index("1 failed") + len("1 failed") :]
    )


def test_the_parts_are_those_of_the_member(shell: Shell) -> None:
    (found,) = fails(
        shell,
        """
  - name: a
    given:
      leads: [{channel: email}, {channel: email}, {channel: paid}]
      spend: [{channel: email, amount: 8}, {channel: paid, amount: 5}]
    query: {by: channel}
    expect: [{channel: email, cost_per_lead: 5}, {channel: paid, cost_per_lead: 5}]
""",
    )
    assert found["message"] == "`a`: expected 5 for `cost_per_lead`, `channel` email, found 4"
    assert "sum(spend.amount) = 8   (1 row of spend)" in str(found["note"])
    assert "count(leads) = 2   (2 rows of leads)" in str(found["note"])


def test_every_row_of_the_answer_is_to_be_expected(shell: Shell) -> None:
    found = fails(
        shell,
        """
  - name: a
    given: {leads: [{channel: email}, {channel: paid}, {}]}
    query: {by: channel}
    expect: [{channel: email, leads: 1}, {channel: organic, leads: 1}]
""",
    )
    assert [f["message"] for f in found] == [
        "`a`: expected a row for `channel` organic, found none",
        "`a`: expected no more rows, found one, `channel` paid: `leads` 1",
        "`a`: expected no more rows, found one, `channel` null: `leads` 1",
    ]


def test_one_value_for_several_periods_is_too_few(shell: Shell) -> None:
    (found,) = fails(
        shell,
        "  - {name: a, given: {leads: [{created_at: 01.01.2024 10:00}, "
        "{created_at: 01.02.2024 10:00}]}, query: {grain: month}, expect: {leads: 0}}",
    )
    assert found["message"] == "`a`: expected one row, found 2 of them"
    assert found["help"] == "say which with `period`: 2024-01, 2024-02"


def test_what_the_data_of_a_book_lacks_may_be_given(shell: Shell) -> None:
    """The columns of a library that a book's own export does not have, and what goes by them."""
    shell.write("tallybook.yml", "library: [b2b_marketing]\nsources: {leads: {path: leads.csv}}\n")
    shell.write("leads.csv", "lead_id,created_at\na,2024-01-01 00:00\n")
    shell.write(
        "tests.yml",
        """
tests:
  - name: a
    given: {leads: [{created_at: 2024-01-05, channel: email, mql_at: 2024-01-06}]}
    query: {by: channel, grain: month, from: 2024-01-01, to: 2024-01-31, where: channel = "email"}
    expect: [{channel: email, leads: 1, mqls: 1}]
""",
    )
    assert shell("check").status == 0
    assert shell("test").status == 0


def test_what_only_the_data_can_show_fails_the_test(shell: Shell) -> None:
    (found,) = fails(
        shell,
        """
  - name: twice
    given:
      leads: [{account_id: a}]
      accounts: [{account_id: a, country: DE}, {account_id: a, country: FR}]
    query: {by: country}
    expect: [{country: DE, leads: 1}]
""",
    )
    assert str(found["message"]).startswith("`twice` cannot be computed: the key of `accounts`")
    assert found["line"] == 3


MISTAKES = [
    ("given: {led: []}, expect: {leads: 1}", "unknown-source", "led", "`leads`"),
    ("given: {leads: [{chanel: x}]}, expect: {leads: 1}", "unknown-column", "chanel", "`channel`"),
    ("given: {leads: [{doubled: 1}]}, expect: {leads: 1}", "wrong-test", "doubled", "computed"),
    ("given: {leads: [{visits: many}]}, expect: {leads: 1}", "unreadable-value", "many", "whole"),
    ("given: {leads: [{visits: 1.5}]}, expect: {leads: 1}", "unreadable-value", "1.5", "whole"),
    ("given: {spend: [{day: 2024}]}, expect: {leads: 1}", "unreadable-value", "2024", "dates"),
    ("given: {spend: [{day: 2024-02-30}]}, expect: {leads: 1}", "unreadable-value", "30", "dates"),
    ("given: {spend: [{amount: true}]}, expect: {leads: 1}", "unreadable-value", "true", "number"),
    ("given: {}, expect: {led: 1}", "unknown-metric", "led", "`leads`"),
    ("given: {}, expect: {channel: a, leads: 1}", "wrong-test", "channel", "query: {by: channel}"),
    ("given: {}, expect: {leads: many}", "wrong-test", "many", "a number"),
    ("given: {}, expect: {leads: true}", "wrong-test", "true", "a number"),
    ("given: {}, expect: {first_lead: soon}", "wrong-test", "soon", "a time"),
    ("given: {}, expect: []", "wrong-test", "a", "no metric"),
    ("given: {}, query: {by: chanel}, expect: {leads: 1}", "unknown-dimension", "chanel", "chann"),
    ("given: {}, query: {by: channel}, expect: {leads: 1}", "wrong-test", "leads", "`channel`"),
    ("given: {}, query: {gran: day}, expect: {leads: 1}", "unknown-key", "gran", "`grain`"),
    ("given: {}, query: {grain: days}, expect: {leads: 1}", "unknown-name", "a", "`day`"),
    ("given: {}, query: {from: soon}, expect: {leads: 1}", "wrong-value", "soon", "a date"),
    ("given: {}, query: {set: {flor: 1}}, expect: {leads: 1}", "unknown-name", "flor", "`floor`"),
    ("given: {}, query: {where: chanel = 'a'}, expect: {leads: 1}", "unknown-d", "chanel", "chan"),
    ("given: {}, query: {by: country}, expect: [{country: a, spend: 1}]", "missing-d", "a", "spen"),
    (
        "given: {}, query: {grain: month, from: 2024-01-01, to: 2024-02-29}, expect: {leads: 1}",
        "wrong-test",
        "leads",
        "2024-01, 2024-02",
    ),
    (
        (
            "given: {}, query: {grain: month, from: 2024-01-01, to: 2024-01-31}, "
            "expect: {period: 2024-02, leads: 1}"
        ),
        "wrong-test",
        "2024-02",
        "it has 2024-01",
    ),
    ("given: {}, expect: {growth_of_leads: 1}", "unbounded", "a", "earlier"),
    ("given: {}, query: {grain: day}, expect: [{period: May, leads: 1}]", "wrong-test", "May", "p"),
]


@pytest.mark.parametrize(("test", "rule", "place", "said"), MISTAKES)
def test_mistakes_are_found_by_check_at_their_places(
    shell: Shell, test: str, rule: str, place: str, said: str
) -> None:
    for name, header in {
        "leads": "lead_id;Create Date;channel;budget;visits;is_paid;account_id",
        "accounts": "account_id,country",
        "spend": "day,amount,channel",
    }.items():
        shell.write(f"data/{name}.csv", f"{header}\n")
    for command in ("test", "check"):
        ended(shell, f"  - {{name: a, {test}}}\n")
        done = shell(command, "--output-format", "json")
        report = done.out or done.err
        (found,) = json.loads(report[: report.rindex("]") + 1])
        assert found["id"].startswith(rule)
        assert (found["file"], found["line"]) == ("tests.yml", 2)
        shown = f"  - {{name: a, {test}}}"[found["column"] - 1 : found["end_column"] - 1]
        assert place in shown
        assert said in f"{found['message']} {found['help']}"
        assert done.status == 1 or command == "test"


def test_a_value_that_only_its_pattern_refuses_is_found_when_it_is_read(shell: Shell) -> None:
    done = ended(
        shell, "  - {name: a, given: {leads: [{created_at: 2024-01-05}]}, expect: {leads: 1}}"
    )
    assert done.status == 1
    assert "expected times written `%d.%m.%Y %H:%M` in `leads.created_at`" in done.err
    assert "tests.yml:2:44" in done.err


SEVERAL = """
  - {name: leads are counted, given: {leads: [{}]}, expect: {leads: 1}}
  - {name: Spend adds up, given: {spend: [{amount: 3}]}, expect: {spend: 3}}
  - {name: none, given: {}, expect: {cost_per_lead: null}}
"""


@pytest.mark.parametrize(
    ("words", "count"), [(["spend"], 1), (["leads"], 1), (["cost_per_lead"], 1), (["a", "none"], 3)]
)
def test_tests_are_chosen_by_words_of_their_name_or_by_metric(
    shell: Shell, words: list[str], count: int
) -> None:
    done = ended(shell, SEVERAL, *(f"-k{word}" for word in words))
    assert done.err.startswith(f"{count} test")
    assert done.status == 0


def test_no_test_at_all_is_wrong_usage_unless_allowed(shell: Shell) -> None:
    done = ended(shell, SEVERAL, "-k", "nobody")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: none of 3 tests is about nobody")
    assert ended(shell, SEVERAL, "-k", "nobody", "--allow-empty").status == 0
    shell.write("tests.yml", "metrics: {}\n")
    assert shell("test").status == 2


def test_a_broken_book_is_not_tested(shell: Shell) -> None:
    shell.write("tallybook.yml", BOOK.replace("count(leads)}", "count(led)}"))
    shell.write("tests.yml", f"tests:\n{SEVERAL}")
    done = shell("test")
    assert done.status == 1
    assert "unknown-source" in done.err
    assert "passed" not in done.err


def test_a_file_that_is_missing_matters_where_the_book_does_not_say_its_types(shell: Shell) -> None:
    shell.write(
        "tallybook.yml",
        "sources: {a: {columns: {x: {label: X}}}}\nmetrics: {n: {formula: count(a)}}\n",
    )
    shell.write("tests.yml", "tests: [{name: t, given: {a: [{x: 1}]}, expect: {n: 1}}]\n")
    done = shell("test")
    assert "missing-file" in done.err
    shell.write("tallybook.yml", "sources: {a: {}}\nmetrics: {n: {formula: count(a)}}\n")
    assert "missing-file" in shell("test").err
    shell.write("data/a.csv", "x\n3\n")
    assert shell("test").status == 0


def test_the_outcome_as_junit(shell: Shell) -> None:
    done = ended(shell, ONE_CELL.replace("50", "51") + SEVERAL, "--junit", "tests.xml")
    assert done.status == 1
    written = (shell.folder / "tests.xml").read_text(encoding="utf-8")
    suite = ElementTree.fromstring(written)[0]  # noqa: S314 - written a line ago, by the engine
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
    first, second = suite[0], suite[1]
    assert (first.get("name"), first.get("file"), first.get("line")) == (
        "spend by leads",
        "tests.yml",
        "3",
    )
    (failure,) = first
    assert "expected 51" in str(failure.get("message"))
    assert "count(leads) = 2" in str(failure.text)
    assert list(second) == []


def test_junit_is_xml_whatever_a_test_is_called(shell: Shell) -> None:
    tests = r"""
  - {name: "a\x07<b> & \"c\"", given: {leads: [{channel: "]]>"}]}, expect: {first_channel: "\x01"}}
"""
    ended(shell, tests, "--junit", "t.xml")
    written = (shell.folder / "t.xml").read_text(encoding="utf-8")
    (case,) = ElementTree.fromstring(written)[0]  # noqa: S314 - written a line ago, by the engine
    assert case.get("name") == 'a\ufffd<b> & "c"'
    assert len(case) == 1


def test_verbose_names_every_test(shell: Shell) -> None:
    done = ended(shell, SEVERAL, "-v")
    assert "passed: Spend adds up (tests.yml:4:12)" in done.err


def test_a_new_book_passes_its_test_and_its_job_runs_it(in_book: Shell) -> None:
    done = in_book("test")
    assert done.status == 0
    assert done.err.startswith("1 test: 1 passed")
    job = (in_book.folder / ".github" / "workflows" / "scorecard.yml").read_text(encoding="utf-8")
    assert "- run: tally test" in job
