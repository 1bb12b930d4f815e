"""Findings as they are printed: places under wide letters, and the formats for machines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tallybook import rules
from tallybook.text.diagnostic import Diagnostic, Findings, Related
from tallybook.text.excerpt import columns
from tallybook.text.report import as_github, as_json, as_sarif, as_text, report
from tallybook.text.rule import Rule
from tallybook.text.span import SourceText, Span

if TYPE_CHECKING:
    from tallybook.text.report import ReportFormat

ERROR = Rule("unknown-column", "error", "What.", "Why.", "example", "instead")
LINT = Rule("unused", "lint", "What.", "Why.", "example", "instead")


def span(text: str, part: str, name: str = "metrics/acquisition.yml") -> Span:
    start = text.index(part)
    return Span(SourceText(name, text), start, start + len(part))


def marked(text: str, part: str) -> tuple[str, str]:
    """The line shown, and the line of marks under it, both behind the gutter."""
    lines = as_text([Diagnostic(ERROR, "wrong", span(text, part))]).splitlines()
    return lines[3].split("| ", 1)[1], lines[4].split("| ", 1)[1]


FORMULA = '    formula: count(leads where chanel = "email")\n'


def test_the_shape_of_a_finding() -> None:
    diagnostic = Diagnostic(
        ERROR,
        "`leads` has no column `chanel`",
        span("\n" * 13 + FORMULA, "chanel"),
        "did you mean `channel`?",
    )
    assert as_text([diagnostic]) == (
        "error[unknown-column]: `leads` has no column `chanel`\n"
        "  --> metrics/acquisition.yml:14:32\n"
        "   |\n"
        '14 |     formula: count(leads where chanel = "email")\n'
        "   |                                ^^^^^^\n"
        "   = help: did you mean `channel`?\n"
    )


def test_related_places_share_the_gutter() -> None:
    first = span("metrics:\n  a: 1\n", "a", "a.yml")
    second = span("\n" * 99 + "  a: 2\n", "a", "b.yml")
    diagnostic = Diagnostic(ERROR, "twice", second, related=(Related(first, "first defined here"),))
    assert as_text([diagnostic]) == (
        "error[unknown-column]: twice\n"
        "   --> b.yml:100:3\n"
        "    |\n"
        "100 |   a: 2\n"
        "    |   ^\n"
        "   ::: a.yml:2:3\n"
        "    |\n"
        "  2 |   a: 1\n"
        "    |   - first defined here\n"
    )


def test_findings_are_parted_by_an_empty_line_and_lints_say_so() -> None:
    shown = as_text([Diagnostic(LINT, "one"), Diagnostic(ERROR, "two", help="help")])
    assert shown == "lint[unused]: one\n\nerror[unknown-column]: two\n  = help: help\n"


def test_nothing_found_prints_nothing() -> None:
    assert as_text([]) == ""
    assert as_github([]) == ""
    assert json.loads(as_json([])) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("x: リード where chanel", "chanel"),
        ("x: 渠道 = リード", "リード"),
        ("x:\tchanel", "chanel"),
        ("\tx: a\tb", "a\tb"),
        ("x: e\u0301te\u0301 chanel", "chanel"),
        ("x: \U0001f600 chanel", "chanel"),
        ("x: Стоимость chanel", "chanel"),
        ("x: ที่ chanel", "chanel"),
        ("x: ｆｕｌｌ chanel", "ｆｕｌｌ"),
    ],
)
def test_marks_stand_under_their_letters(text: str, part: str) -> None:
    line, marks = marked(text, part)
    shown = part.replace("\t", "    ")
    assert columns(line[: line.index(shown)]) == len(marks) - len(marks.lstrip())
    assert columns(shown) == marks.count("^")


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("abc", 3),
        ("リード", 6),
        ("e\u0301", 1),
        ("ﾘｰﾄﾞ", 4),
        ("\U0001f600", 2),
        ("a\u200db", 2),
        ("", 0),
    ],
)
def test_columns_of_a_terminal(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_a_span_over_several_lines_is_shown_on_its_first() -> None:
    line, marks = marked("x: |\n  a +\n  b\n", "a +\n  b")
    assert (line, marks) == ("  a +", "  ^^^")


def test_an_empty_span_and_the_end_of_the_file_have_a_mark() -> None:
    source = SourceText("a.yml", "ab\n")
    for offset, where in ((2, "1:3"), (3, "2:1")):
        shown = as_text([Diagnostic(ERROR, "m", Span(source, offset, offset))])
        assert f"a.yml:{where}" in shown
        assert shown.count("^") == 1


def test_line_breaks_of_other_systems_do_not_show() -> None:
    assert marked("a: b\r\nc: d\r\n", "c")[0] == "c: d"


def test_a_very_long_line_is_cut_around_the_mark() -> None:
    line, marks = marked("a" * 1000 + "HERE" + "b" * 1000, "HERE")
    assert columns(line) < 200
    at = len(marks) - len(marks.lstrip())
    assert line[at : at + 4] == "HERE"


def test_what_a_terminal_would_obey_is_made_harmless() -> None:
    text = "x: \x1b[31mred \u202eevil here"
    line, _ = marked(text, "here")
    assert "\x1b" not in line
    assert "\u202e" not in line
    shown = as_text([Diagnostic(ERROR, "no `\x1b[2J`\n\u202e", None, "a\nb")])
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.count("\n") == 2


def test_color_changes_no_letter() -> None:
    diagnostics = [Diagnostic(ERROR, "m", span(FORMULA, "leads"), "h"), Diagnostic(LINT, "l")]
    plain, colored = as_text(diagnostics), as_text(diagnostics, color=True)
    assert colored != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_json_has_every_field() -> None:
    other = Related(span("a: 1\n", "a", "b.yml"), "first")
    diagnostic = Diagnostic(ERROR, "リード", span("x:\n  a\n  b\n", "a\n  b"), "help", (other,))
    assert json.loads(as_json([diagnostic, Diagnostic(LINT, "m")])) == [
        {
            "id": "unknown-column",
            "severity": "error",
            "message": "リード",
            "file": "metrics/acquisition.yml",
            "line": 2,
            "column": 3,
            "end_line": 3,
            "end_column": 4,
            "help": "help",
            "note": None,
            "related": [
                {
                    "file": "b.yml",
                    "line": 1,
                    "column": 1,
                    "end_line": 1,
                    "end_column": 2,
                    "message": "first",
                }
            ],
        },
        {
            "id": "unused",
            "severity": "lint",
            "message": "m",
            "file": None,
            "line": None,
            "column": None,
            "end_line": None,
            "end_column": None,
            "help": None,
            "note": None,
            "related": [],
        },
    ]


def test_a_github_annotation_is_escaped() -> None:
    diagnostic = Diagnostic(ERROR, "100% of\n`a`", span("a: b", "b", "x,y:z%.yml"), "do")
    assert as_github([diagnostic]) == (
        "::error title=unknown-column,file=x%2Cy%3Az%25.yml,line=1,endLine=1,col=4,endColumn=5"
        "::100%25 of%0A`a`%0Ado\n"
    )


def test_a_github_annotation_over_several_lines_has_no_columns() -> None:
    shown = as_github([Diagnostic(ERROR, "m", span("a: |\n  b\n  c", "b\n  c"))])
    assert "line=2,endLine=3::" in shown


def test_github_gets_nine_annotations_errors_first_and_a_count() -> None:
    found = [Diagnostic(LINT, f"lint {n}") for n in range(5)]
    found += [Diagnostic(ERROR, f"error {n}") for n in range(8)]
    lines = as_github(found).splitlines()
    assert len(lines) == 10
    assert [line.split(" ")[0] for line in lines[:9]] == ["::error"] * 8 + ["::warning"]
    assert lines[9] == "::warning::and 4 more"
    assert len(as_github(found[:9]).splitlines()) == 9


def test_sarif_points_at_rules_and_places() -> None:
    found = [
        Diagnostic(LINT, "m", span("a: b", "b", "my book/é.yml"), "h"),
        Diagnostic(ERROR, "n", None, None, (Related(span("a: b", "a", "c.yml"), "here"),)),
    ]
    log = json.loads(as_sarif(found, "1.2.3"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("tallybook", "1.2.3")
    first, second = run["results"]
    assert driver["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "unused"
    assert driver["rules"][second["ruleIndex"]]["id"] == second["ruleId"] == "unknown-column"
    assert (first["level"], second["level"]) == ("warning", "error")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20book/%C3%A9.yml"
    assert place["region"] == {"startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 5}
    assert second["locations"] == []
    assert second["relatedLocations"][0]["message"]["text"] == "here"


@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif"])
def test_every_format_is_asked_for_by_name(format_: str) -> None:
    found = report([Diagnostic(ERROR, "the message")], format_, version="1")  # type: ignore[arg-type] # the names are the test's
    assert "the message" in found


def test_rules_are_documented_and_unique() -> None:
    every = rules.all_rules()
    assert len({rule.id for rule in every}) == len(every)
    for rule in every:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
        assert rule.severity in ("error", "lint")
        assert rule.what.endswith(".")
        assert not rule.what[0].islower()
        assert rule.why
        assert rule.example
        assert rule.instead
        assert rule.example != rule.instead


# Lints that a comment silences


def _left(text: str, rule: Rule = LINT) -> int:
    findings = Findings()
    findings.add(rule, "found", span(text, "spare"))
    return len(findings.in_file_order())


@pytest.mark.parametrize(
    "text",
    [
        "  spare: {formula: count(leads)}  # tally: ignore[unused]\n",
        "  # tally: ignore[unused]\n  spare: {formula: count(leads)}\n",
        "  spare: 1 # used by others: tally: no # tally:ignore[unknown-unit, unused]\n",
    ],
)
def test_a_comment_on_the_line_or_above_it_silences_a_lint(text: str) -> None:
    assert _left(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "  spare: 1  # tally: ignore[other]\n",
        "  other: 1  # tally: ignore[unused]\n  spare: 1\n",
        "  # tally: ignore[unused]\n\n  spare: 1\n",
        "  spare: 1  # ignore[unused]\n",
        "  spare: 1\n  # tally: ignore[unused]\n",
    ],
)
def test_a_comment_silences_nothing_else(text: str) -> None:
    assert _left(text) == 1


def test_an_error_cannot_be_silenced() -> None:
    assert _left("  spare: 1  # tally: ignore[unknown-column]\n", ERROR) == 1


@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif"])
def test_a_long_value_is_quoted_by_its_first_letters(format_: ReportFormat) -> None:
    digits = "7" * 5_000
    where = span(f"as_of: {digits}", digits)
    diagnostic = Diagnostic(ERROR, f"expected a date, found `{digits}`", where, f"not `{digits}`")
    told = report([diagnostic], format_, version="1")
    assert f"found `{digits[:60]}...` (5,000 characters)" in told
    assert max(map(len, told.splitlines())) < 400


def test_marks_are_no_longer_than_the_line_shown() -> None:
    line, marks = marked("7" * 5_000, "7" * 5_000)
    assert len(line) == len(marks) == 160


@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_machines_get_every_letter_and_terminals_none_that_they_obey(format_: ReportFormat) -> None:
    message = "no `a\u202eb\x9b1m\u2028\U000e0041 é日\u200d`"
    told = report([Diagnostic(ERROR, message)], format_, version="1")
    assert not set("\u202e\x9b\u2028\U000e0041") & set(told)
    assert "é日" in told
    read = json.loads(told)
    if format_ == "json":
        assert read[0]["message"] == message
