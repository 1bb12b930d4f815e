"""The examples in `tests/spec/`: Markdown that a person reads and a test runs.

A file begins with what all its sections share: a book (`yaml`) and tables (`csv NAME`). A section
may add to both. It then asks: a `question` block and the table of the cells expected, or a table
of formulas, each over all rows, with their values, or with the rule that refuses them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from oracle.books import from_yaml
from oracle.reader import read
from oracle.schema import Book, Question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from oracle.schema import Row, Value

_FENCE = re.compile(r"```(\w+)[ \t]*(.*?)\n(.*?)```", re.DOTALL)


class _Yaml(yaml.SafeLoader):
    """YAML 1.2 where it matters here: `on` is a word."""


_Yaml.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_TABLE = re.compile(r"(?:^\|.*\|[ \t]*\n?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Given:
    """A book and its tables, as written."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)

    def book(self, metrics: Mapping[str, str]) -> Book:
        """The book in the oracles' terms."""
        return from_yaml(self.settings, metrics)

    def rows(self, book: Book) -> dict[str, list[Row]]:
        """The tables as typed rows; an empty cell is null."""
        return {
            name: [_row(row, book.sources[name].columns) for row in _csv(text)]
            for name, text in self.tables.items()
        }


def _csv(text: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(io.StringIO(text)))


def _row(row: Mapping[str, str], types: Mapping[str, str]) -> Row:
    return {column: _typed(cell, types.get(column, "string")) for column, cell in row.items()}


@dataclass(frozen=True, slots=True)
class Case:
    """One example. `refused` is the id of the rule that refuses it, where it has no answer."""

    name: str
    given: Given
    metrics: Mapping[str, str]
    question: Question
    asked: Mapping[str, str]
    expected: tuple[Mapping[str, str], ...] = ()
    refused: str | None = None


def cases(folder: Path) -> Iterator[Case]:
    """Every example of every file, in order."""
    for path in sorted(folder.glob("*.md")):
        head, *sections = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        shared = _given(head, Given())
        for section in sections:
            title, _, body = section.partition("\n")
            yield from _section(f"{path.stem}: {title.strip()}", body, shared)


def _given(text: str, shared: Given) -> Given:
    settings, tables = dict(shared.settings), dict(shared.tables)
    for kind, name, body in _FENCE.findall(text):
        if kind == "yaml":
            settings = _merged(settings, yaml.load(body, _Yaml))  # noqa: S506 - a safe one
        elif kind == "csv":
            tables[name.strip()] = body
    return Given(settings, tables)


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    both = {k: _merged(old[k], v) for k, v in new.items() if isinstance(v, dict) and k in old}
    return {**old, **new, **both}


def _section(title: str, body: str, shared: Given) -> Iterator[Case]:
    given = _given(body, shared)
    outside = _FENCE.sub("", body)
    for table in _TABLE.findall(outside):
        rows = _table(table)
        if rows and "formula" in rows[0]:
            yield from _one_liners(title, given, rows)
    blocks = list(_FENCE.finditer(body))
    for number, block in enumerate(blocks):
        if block[1] != "question":
            continue
        following = body[block.end() : _next_question(blocks, number, len(body))]
        refused = next(
            (m[3].strip() for m in _FENCE.finditer(following) if m[1] == "refused"), None
        )
        table = _TABLE.search(_FENCE.sub("", following))
        expected = tuple(_table(table[0])) if table and refused is None else ()
        yield _case(title, given, block[3], expected, refused)


def _next_question(blocks: list[re.Match[str]], number: int, end: int) -> int:
    return next((b.start() for b in blocks[number + 1 :] if b[1] == "question"), end)


def _table(text: str) -> list[dict[str, str]]:
    lines = [[c.strip() for c in line.strip().strip("|").split("|")] for line in text.splitlines()]
    header, rows = lines[0], [x for x in lines[1:] if not re.fullmatch(r"[-: ]*", "".join(x))]
    return [dict(zip(header, row, strict=True)) for row in rows]


def _one_liners(title: str, given: Given, rows: list[dict[str, str]]) -> Iterator[Case]:
    for row in rows:
        formula = row["formula"].strip("`")
        refused = row.get("refused by", None)
        expected = () if refused is not None else ({"answer": row["value"]},)
        metrics = {"answer": formula}
        question = Question(("answer",))
        yield Case(f"{title}: {formula}", given, metrics, question, {}, expected, refused)


def _case(
    title: str,
    given: Given,
    block: str,
    expected: tuple[Mapping[str, str], ...],
    refused: str | None,
) -> Case:
    metrics, asked = {}, {}
    for line in block.strip().splitlines():
        if definition := re.match(r"(\w+) = (.*)", line):
            metrics[definition[1]] = definition[2]
        elif clause := re.match(r"(by|grain|from|to|where|as of) (.*)", line):
            asked[clause[1]] = clause[2].strip()
        else:
            raise ValueError(f"not a line of a question: {line}")
    known = (*given.settings.get("metrics", {}), *metrics)
    shown = tuple(m for m in known if m in expected[0]) if expected else tuple(metrics)
    question = Question(
        metrics=shown,
        by=tuple(asked["by"].split(", ")) if "by" in asked else (),
        grain=asked.get("grain"),
        start=_day(asked.get("from")),
        end=_day(asked.get("to")),
        where=read(asked["where"]) if "where" in asked else None,
        as_of=_moment(asked.get("as of")),
    )
    return Case(title, given, metrics, question, asked, expected, refused)


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _moment(text: str | None) -> dt.date | dt.datetime | None:
    if text is None:
        return None
    found = dt.datetime.fromisoformat(text)
    return found if len(text) > len("2024-01-01") else found.date()


def _typed(cell: str | None, kind: str) -> Value:
    if cell is None or cell == "":
        return None
    match kind:
        case "integer":
            return int(cell)
        case "float":
            return float(cell)
        case "boolean":
            return {"true": True, "false": False}[cell]
        case "date":
            return dt.date.fromisoformat(cell)
        case "datetime":
            return dt.datetime.fromisoformat(cell)
        case "string":
            return cell
        case _:
            return Decimal(cell)


def expected_value(text: str) -> Value:
    """A cell of a table of expected values: a number, date, truth value, null, else text."""
    if text in {"null", "true", "false"}:
        return {"null": None, "true": True, "false": False}[text]
    if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text):
        return float(text) if "." in text or "e" in text else int(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?", text):
        return _moment(text)
    return text.strip('"')
