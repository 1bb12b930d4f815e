"""Write the pages of the reference from the tables of the engine.

`python docs/reference/make.py` writes them; with `--check` it only says which are out of date.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tallybook.ask import rules as asking
from tallybook.calendar import rules as calendars
from tallybook.check import rules as checking
from tallybook.command.contents import COMMANDS, help_page
from tallybook.declare import rules as declaring
from tallybook.declare.keys import PLACES, TOP, Key
from tallybook.language.functions import FUNCTIONS, Function, Kind, Parameter, Result
from tallybook.language.types import CONDITIONS, NUMBERS, ORDERED, TEXTS, TIMES, VALUES, Type
from tallybook.parse import rules as parsing
from tallybook.read import rules as reading
from tallybook.resolve import rules as resolving
from tallybook.rules import all_rules
from tallybook.tables import rules as tables
from tallybook.testing import rules as testing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tallybook.text.rule import Rule

HERE = Path(__file__).parent
_MADE = "<!-- Made by docs/reference/make.py: change the table in the engine, not this page. -->"

_TAKES = {
    NUMBERS: "number",
    CONDITIONS: "condition",
    TEXTS: "text",
    TIMES: "time",
    ORDERED: "value in an order",
    VALUES: "any value",
    frozenset({Type.INTEGER}): "whole number",
    frozenset({Type.DURATION}): "duration",
}
_GIVES = {
    Result.JOINED: "as given",
    Result.FIRST: "as given",
    Result.PRODUCT: "number",
    Type.BOOLEAN: "condition",
    Type.STRING: "text",
    Type.INTEGER: "whole number",
    Type.FLOAT: "number",
    Type.DATE: "date",
}
# How a call is written where it is not a name with arguments in parentheses.
_WRITTEN = {
    "not": "not condition",
    "is_null": "value is null",
    "in": "value in (item, ...)",
    "between": "value between low and high",
    "within": "later within duration of earlier",
    "negate": "-x",
    "shift_time": "time + duration",
    "prior": "prior(m, [duration or n periods])",
    "growth": "growth(m, [duration or n periods])",
    "trailing": "trailing(m, duration)",
    "to_date": "to_date(m, week|month|quarter|year|...)",
    "cumulative": "cumulative(m)",
    "total": "total(m [over dimension, ...])",
    "converted": "converted(base -> event by key within duration)",
    "conversion": "conversion(base -> event by key within duration)",
    "retained": "retained(source by key, duration)",
    "retention": "retention(source by key, duration)",
    "elapsed": "elapsed()",
    "count": "count(source or x)",
    "exists": "exists(source [where condition])",
    "convert": "convert(amount, currency, to [, at time])",
}
_KINDS: dict[Kind, tuple[str, str]] = {
    "operator": (
        "Operators",
        (
            "From the loosest to the tightest: `or`, `and`, `not`, comparisons, `+ -`, `* /`, "
            "`-x`, `^`. Beside null everything is unknown, but for `is null`."
        ),
    ),
    "scalar": (
        "Scalar functions",
        (
            "One value from others, in a row or between aggregates. Null gives null, unless the "
            "meaning says otherwise."
        ),
    ),
    "aggregate": (
        "Aggregates",
        (
            "One value from the rows of a cell. After the last argument come the clauses, in any "
            "order: `where condition`, `at column`, `per key, ...`, `as of end` or `as of start`. "
            "Nulls are passed over; without rows the value is null, if nothing else is said."
        ),
    ),
    "context": (
        "Context functions",
        (
            "A metric `m` in another period or population, computed from the rows there. The "
            "values are those of March 2024; that of `total` is for the member `email` of "
            "`channel`."
        ),
    ),
    "lookup": ("Currencies", "Needs `rates` in the book, see [keys](keys.md#exchange-rates)."),
}


def functions_page() -> str:
    """Every function: how it is called, what it means, an example."""
    parts = [
        "# Functions",
        (
            "The examples are run by a test. Those with tables have these, which are a book of "
            "their own: [book/](book/)."
        ),
        *_tables(),
    ]
    for kind, (title, about) in _KINDS.items():
        rows = [_function(f) for f in FUNCTIONS.values() if f.kind == kind]
        parts += [f"## {title}", about, _table(("call", "meaning", "example", "value"), rows)]
    return _page(parts)


def _tables() -> Iterator[str]:
    for path in sorted((HERE / "book" / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        yield f"`{path.stem}`"
        yield _table(header, rows)


def _function(function: Function) -> tuple[str, ...]:
    formula, value = function.example
    return _code(_call(function)), _meaning(function), _code(formula), _code(value)


def _call(function: Function) -> str:
    if function.name in _WRITTEN:
        return _WRITTEN[function.name]
    if function.kind == "operator":
        left, right = function.parameters
        return f"{left.name} {function.name} {right.name}"
    return f"{function.name}({_arguments(function)})"


def _arguments(function: Function) -> str:
    *given, last = (
        p.name if n < function.required else f"[{p.name}]"
        for n, p in enumerate(function.parameters)
    )
    if function.repeats:
        return ", ".join((*given[:1], "..."))
    return ", ".join((*given, last))


def _meaning(function: Function) -> str:
    if function.kind in ("operator", "context", "lookup"):
        return function.doc
    takes = dict.fromkeys(_takes(p) for p in function.parameters)
    return f"{function.doc} *{', '.join(takes)} → {_gives(function)}*"


def _takes(parameter: Parameter) -> str:
    if parameter.words:
        return " or ".join(f"`{w}`" for w in parameter.words)
    return ("literal " if parameter.constant else "") + _TAKES[parameter.types]


def _gives(function: Function) -> str:
    return _GIVES[function.result]


_STAGES: tuple[tuple[str, Sequence[Rule]], ...] = (
    ("Reading files", reading.RULES),
    ("Keys and values", declaring.RULES),
    ("The text of a formula", parsing.RULES),
    ("Names", resolving.RULES),
    ("The meaning of a formula", checking.RULES),
    ("Data", tables.RULES),
    ("Questions", (*asking.RULES, *calendars.RULES)),
    ("Tests of a book", testing.RULES),
)


def findings_page() -> str:
    """Every error and lint, by the stage that finds it."""
    listed = {rule.id for _, rules in _STAGES for rule in rules}
    if missing := {rule.id for rule in all_rules()} - listed:
        raise LookupError(f"no stage of the page has {missing}")
    parts = [
        "# Errors and lints",
        (
            "Each finding of `tally check` has an id of words. `tally rule ID` prints what stands "
            "here. An error stops the work; a lint is shown and lets it go on, unless `--strict` "
            "says otherwise. A lint that you have looked at and want as it is: "
            "`# tally: ignore[ID]` at the end of its line, or alone on the line above, silences it."
        ),
    ]
    for title, rules in _STAGES:
        parts.append(f"## {title}")
        for rule in rules:
            parts += [f"### {rule.id}", *_rule(rule)]
    return _page(parts)


def _rule(rule: Rule) -> Iterator[str]:
    lint = " *A lint.*" if rule.severity == "lint" else ""
    why = rule.why.replace("\n", " ")
    yield f"{rule.what} {why}{lint}"
    yield f"```text\n{rule.example}\n```"
    yield "Instead:"
    yield f"```text\n{rule.instead}\n```"


def keys_page() -> str:
    """Every key of a book, by the mapping that it stands in."""
    parts = [
        "# Keys",
        (
            "A book is a folder with a `tallybook.yml`; every other YAML file in it or below it "
            "belongs to the book. Any file may have any of the keys at the top, and an unknown key "
            "is an error. YAML is read as YAML 1.2: `no` is a text."
        ),
        "Keys marked ○ are read and have no effect yet.",
        "## At the top of any file",
        _keys(TOP),
    ]
    for place in PLACES.values():
        parts += [f"## {place.title}", _keys(place.keys)]
    return _page(parts)


def _keys(keys: Iterable[Key]) -> str:
    rows = [
        (_code(k.name) + ("" if k.in_force else " ○"), k.meaning, _code(k.example)) for k in keys
    ]
    return _table(("key", "meaning", "example"), rows)


def command_page() -> str:
    """The help of the command line, as it prints it."""
    import click

    from tallybook.command.main import cli

    parts = ["# Command line", f"```text\n{help_page()}```"]
    root = click.Context(cli, info_name="tally", **cli.context_settings)
    for entry in COMMANDS:
        command = cli.get_command(root, entry.name)
        if command is None:
            raise LookupError(entry.name)
        context = click.Context(command, info_name=entry.name, parent=root, terminal_width=88)
        parts += [f"## tally {entry.name}", f"```text\n{command.get_help(context)}\n```"]
    return _page(parts)


def _code(text: str) -> str:
    shown = text.replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _page(parts: Sequence[str]) -> str:
    return "\n\n".join((_MADE, *parts)) + "\n"


PAGES = {
    "functions.md": functions_page,
    "findings.md": findings_page,
    "keys.md": keys_page,
    "command-line.md": command_page,
}


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or say which differ from what would be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is old")
    check = parser.parse_args(arguments).check
    old = []
    for name, make in PAGES.items():
        path, text = HERE / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if check and old:
        names = ", ".join(old)
        print(f"out of date: {names}; run `python docs/reference/make.py`", file=sys.stderr)  # noqa: T201 - a command's output
    return int(check and bool(old))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
