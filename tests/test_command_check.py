"""`tally check`: all mistakes of a book in one run, for people and for machines."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from shell import Shell, spawn

if TYPE_CHECKING:
    from pathlib import Path

MISTAKES = """\
metrics:
  unknown_column:
    formula: count(leads where chanel = "email")
  unknown_metric:
    formula: won_value / led
  twice_aggregated:
    formula: sum(avg(deals.amount))
  row_outside:
    formula: deals.amount / leads
  hen:
    formula: egg * 2
  egg:
    formula: hen / 2
  text_divided:
    formula: sum(deals.channel / 2)
  unclosed:
    formula: sum(deals.amount where outcome = "won"
  misspelt:
    formula: count(leads)
    lable: Misspelt
  filtered:
    formula: (leads where outcome = "won") / won_deals
"""
SOURCES = """
  visits:
    path: data/visit.csv
    time: at
    columns: {at: datetime}
"""
# Every mistake: its id, its line and column, the text under the mark, and the advice.
EXPECTED = [
    ("unknown-column", 3, 32, "chanel", "did you mean `channel`?"),
    ("unknown-metric", 5, 26, "led", "did you mean `leads`?"),
    ("aggregate-of-aggregate", 7, 18, "avg(deals.amount)", "per customer_id"),
    ("row-outside-aggregate", 9, 14, "deals.amount", "did you mean `sum(deals.amount)`?"),
    ("cycle", 13, 14, "hen", "out of the circle"),
    ("wrong-type", 15, 18, "deals.channel", "numeric type"),
    ("unclosed-parenthesis", 17, 17, "(", "add `)`"),
    ("unknown-key", 20, 5, "lable", "did you mean `label`?"),
    ("missing-dimension", 22, 27, "outcome", "it has `channel`"),
    ("missing-file", 57, 11, "data/visit.csv", "relative to the folder"),
]


@pytest.fixture
def mistaken(in_book: Shell) -> Shell:
    in_book.write("metrics/mistakes.yml", MISTAKES)
    sources = in_book.folder / "sources.yml"
    text = sources.read_text("utf-8").replace("[channel]\n", "[channel, outcome]\n")
    text = text.replace("[channel, outcome]  ", "[channel]  ").replace("outcome]\n\n", "]\n\n")
    sources.write_text(text.replace("[channel, ]", "[channel]") + SOURCES, "utf-8")
    return in_book


def test_ten_mistakes_are_told_in_one_run(mistaken: Shell) -> None:
    ended = mistaken("check", "--output-format", "json")
    found = json.loads(ended.out)
    told = [(d["id"], d["line"], d["column"]) for d in found]
    assert told == [(id_, line, column) for id_, line, column, _, _ in EXPECTED]
    for diagnostic, (_, _, _, marked, advice) in zip(found, EXPECTED, strict=True):
        file = "sources.yml" if marked == "data/visit.csv" else "metrics/mistakes.yml"
        assert diagnostic["file"] == file
        line = (mistaken.folder / file).read_text("utf-8").splitlines()[diagnostic["line"] - 1]
        assert line[diagnostic["column"] - 1 :].startswith(marked)
        assert advice in diagnostic["help"]
    assert ended.status == 1


def test_for_people_findings_go_to_stderr_and_a_count_ends_them(mistaken: Shell) -> None:
    ended = mistaken("check")
    assert ended.status == 1
    assert ended.out == ""
    for id_, line, column, _, _ in EXPECTED:
        assert f"error[{id_}]" in ended.err
        assert f".yml:{line}:{column}" in ended.err
    assert ended.err.splitlines()[-1].startswith("10 errors")


def test_a_text_without_quotes_is_told_to_have_some(in_book: Shell) -> None:
    in_book.write("metrics/more.yml", "metrics: {m: {formula: count(deals where outcome = won)}}\n")
    assert 'a text is written in quotes: `"won"`' in in_book("check").err


def test_nothing_is_computed_from_a_book_with_an_error(mistaken: Shell) -> None:
    ended = mistaken("query", "won_value", "--output", "won.csv")
    assert ended.status == 1
    assert "error[cycle]" in ended.err
    assert not (mistaken.folder / "won.csv").exists()


def test_a_good_book_says_so(in_book: Shell) -> None:
    ended = in_book("check")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.startswith("8 metrics, 3 sources: no findings")
    assert in_book("check", "-q").err == ""
    assert json.loads(in_book("check", "--output-format", "json").out) == []


def test_lints_are_shown_and_strict_makes_them_faults(in_book: Shell) -> None:
    in_book.write("metrics/empty.yml", "# nothing yet\n")
    ended = in_book("check")
    assert ended.status == 0
    assert "lint[empty-file]" in ended.err
    assert ended.err.splitlines()[-1].startswith("8 metrics, 3 sources: 1 lint")
    assert in_book("check", "--strict").status == 1
    assert in_book("query", "leads").status == 0
    assert in_book("query", "leads", "--strict").status == 1
    assert in_book("query", "leads", "-q").err == ""


def test_sarif_and_github_are_for_machines(mistaken: Shell) -> None:
    sarif = json.loads(mistaken("check", "--output-format", "sarif").out)
    assert [r["ruleId"] for r in sarif["runs"][0]["results"]] == [e[0] for e in EXPECTED]
    github = mistaken("check", "--output-format", "github").out.splitlines()
    assert len(github) == 10
    assert github[0].startswith("::error title=unknown-column,file=metrics/mistakes.yml,line=3")
    assert github[-1] == "::error::and 1 more"


def test_a_github_job_gets_annotations_and_a_summary(
    mistaken: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = mistaken.write("summary.md", "before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    assert mistaken("check").out.startswith("::error title=unknown-column")
    text = page.read_text("utf-8")
    assert text.startswith("before\n- **error[unknown-column]** `metrics/mistakes.yml:3:32`")
    assert text.count("\n- **error[") == 10


def test_places_are_named_from_where_the_user_is(
    mistaken: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mistaken.folder / "data")
    assert "--> ../metrics/mistakes.yml:3:32" in mistaken("check").err
    monkeypatch.chdir(mistaken.folder.parent)
    ended = mistaken("check", mistaken.folder.name)
    assert f"--> {mistaken.folder.name}/metrics/mistakes.yml:3:32" in ended.err


def test_a_book_can_be_named_by_its_file(in_book: Shell) -> None:
    assert in_book("check", "--book", str(in_book.folder / "tallybook.yml")).status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "there is no `tallybook.yml` here or in a folder above"),
        (("nowhere",), "there is no folder `nowhere`"),
        (("empty",), "`empty` is no book"),
    ],
)
def test_no_book_is_wrong_usage(shell: Shell, arguments: tuple[str, ...], message: str) -> None:
    (shell.folder / "empty").mkdir()
    ended = shell("check", *arguments)
    assert ended.status == 2
    assert message in ended.err
    assert "tally init" in ended.err or arguments == ("nowhere",)


def test_colors_only_where_they_are_wanted(mistaken: Shell) -> None:
    assert "\x1b[" not in mistaken("check").err
    assert "\x1b[1;31m" in mistaken("check", "--color", "always").err


@pytest.mark.parametrize(
    ("said", "read"),
    [("120", "120"), ("0.5", "0.5"), ("true", "true"), ("a=b", '"a=b"'), ("inf", '"inf"')],
)
def test_a_parameter_is_read_as_what_it_looks_like(in_book: Shell, said: str, read: str) -> None:
    settings = in_book.folder / "tallybook.yml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("parameters:\n", "parameters:\n  flavour: x\n"), "utf-8")
    in_book.write("metrics/more.yml", "metrics:\n  goal: {formula: flavour}\n")
    ended = in_book("query", "goal", "--set", f"flavour={said}", "--format", "json")
    assert f'"goal": {read}}}' in ended.out


@pytest.mark.parametrize("said", ["lead_cost_gaol=1", "lead_cost_goal"])
def test_a_parameter_that_is_not_one_is_wrong_usage(in_book: Shell, said: str) -> None:
    ended = in_book("check", "--set", said)
    assert ended.status == 2
    assert ended.out == ""


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every file")
def test_a_file_of_the_book_that_cannot_be_read_is_out_of_reach(in_book: Shell) -> None:
    (in_book.folder / "metrics" / "sales.yml").chmod(0)
    assert in_book("check").status == 2


def test_a_rule_is_explained_with_an_example(shell: Shell) -> None:
    ended = shell("rule", "unknown-column")
    assert ended.status == 0
    assert ended.out.startswith("error[unknown-column]\n\n")
    assert "Example:\n" in ended.out
    assert "Instead:\n" in ended.out


def test_every_rule_is_listed_once(shell: Shell) -> None:
    ids = [line.split()[0] for line in shell("rule").out.splitlines()]
    assert len(ids) == len(set(ids))
    assert {id_ for id_, *_ in EXPECTED} <= set(ids)


def test_an_unknown_rule_names_the_nearest(shell: Shell) -> None:
    ended = shell("rule", "unknown-colum")
    assert ended.status == 2
    assert "did you mean `unknown-column`?" in ended.err


def test_stdout_and_stderr_in_a_process_of_its_own(made_book: Path) -> None:
    ended = spawn("check", at=made_book, env={"PYTHONIOENCODING": "ascii"})
    assert (ended.status, ended.out) == (0, "")
    assert "no findings" in ended.err


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("-" * 5000 + "1", "too long to be read"),
        ("1" + " + 1" * 400, "too long to be read"),
        ("prior(count(leads), 99999 years)", "`99999 years` is longer than 1,000 years"),
        ("trailing(count(leads), 999999999999999 days)", "is longer than 1,000 years"),
    ],
)
def test_a_formula_beyond_all_measure_is_told(shell: Shell, formula: str, message: str) -> None:
    shell.write(
        "tallybook.yml", f"sources: {{leads: {{}}}}\nmetrics: {{n: {{formula: '{formula}'}}}}"
    )
    shell.write("leads.csv", "a\n1\n")
    ended = shell("check")
    assert ended.status == 1
    assert message in ended.err


def test_a_name_on_the_command_line_cannot_steer_a_terminal(shell: Shell) -> None:
    shell.write("tallybook.yml", "name: Empty")
    ended = shell("show", "\x1b[2Jx\x9b")
    assert ended.status == 2
    assert "\ufffd[2Jx\ufffd" in ended.err
