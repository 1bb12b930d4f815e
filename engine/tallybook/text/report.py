"""Findings, printed: for people, and in the formats that machines and code forges read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from tallybook.dataclass import dataclass
from tallybook.text.excerpt import clipped, excerpt, harmless, written_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tallybook.text.diagnostic import Diagnostic, Related
    from tallybook.text.span import Span

ReportFormat = Literal["text", "json", "github", "sarif"]

_MOST_ANNOTATIONS = 9  # a forge shows ten to a step and drops the others without a word
_MARKUP = re.compile(r"[\\`*_\[\]<>#|~]")
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def report(
    diagnostics: Iterable[Diagnostic], format_: ReportFormat, *, color: bool = False, version: str
) -> str:
    """Diagnostics in one of the formats, in the order given; empty text for none of them as text.

    `color` is for text alone, `version` is the program's, for SARIF.
    """
    found = tuple(diagnostics)
    match format_:
        case "text":
            return as_text(found, color=color)
        case "json":
            return as_json(found)
        case "github":
            return as_github(found)
        case "sarif":
            return as_sarif(found, version)


def as_text(diagnostics: Iterable[Diagnostic], *, color: bool = False) -> str:
    """One block for each, with the line of the file and a mark under the place."""
    paint = _Paint(color)
    return "\n".join(_block(d, paint) for d in diagnostics)


@dataclass(frozen=True, slots=True)
class _Paint:
    """Colours, or none."""

    on: bool

    def loud(self, text: str, *, is_error: bool) -> str:
        return self._in("1;31" if is_error else "1;33", text)

    def strong(self, text: str) -> str:
        return self._in("1", text)

    def quiet(self, text: str) -> str:
        return self._in("1;34", text)

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text


def _block(diagnostic: Diagnostic, paint: _Paint) -> str:
    rule, is_error = diagnostic.rule, diagnostic.is_error
    head = paint.loud(f"{rule.severity}[{rule.id}]", is_error=is_error)
    lines = [head + paint.strong(f": {_one_line(diagnostic.message)}")]
    gutter = _gutter(diagnostic)
    if diagnostic.span:
        lines += _place(diagnostic.span, "-->", "^", "", gutter, paint, is_error=is_error)
    for other in diagnostic.related:
        lines += _place(other.span, ":::", "-", other.message, gutter, paint)
    if diagnostic.help:
        lines.append(f"{' ' * gutter} {paint.quiet('=')} help: {_one_line(diagnostic.help)}")
    if diagnostic.note:
        margin = f"{' ' * gutter} {paint.quiet('|')}"
        lines += [margin, *(f"{margin} {_one_line(n)}" for n in diagnostic.note.splitlines())]
    return "\n".join(lines) + "\n"


def _gutter(diagnostic: Diagnostic) -> int:
    """How wide the line numbers beside a diagnostic are."""
    spans = [diagnostic.span, *(r.span for r in diagnostic.related)]
    return max((len(str(s.source.position(s.start)[0])) for s in spans if s), default=1)


def _place(
    span: Span,
    arrow: str,
    mark: str,
    label: str,
    gutter: int,
    paint: _Paint,
    *,
    is_error: bool | None = None,
) -> list[str]:
    lines = [f"{' ' * gutter}{paint.quiet(arrow)} {span.where()}"]
    if not span.source.text:
        return lines
    shown, bar = excerpt(span), paint.quiet("|")
    marks = mark * shown.width + (f" {_one_line(label)}" if label else "")
    painted = paint.quiet(marks) if is_error is None else paint.loud(marks, is_error=is_error)
    number = paint.quiet(f"{shown.number:>{gutter}}")
    return [
        *lines,
        f"{' ' * gutter} {bar}",
        f"{number} {bar} {shown.line}".rstrip(),
        f"{' ' * gutter} {bar} {' ' * shown.indent}{painted}",
    ]


def _one_line(text: str) -> str:
    """A message quotes names and values of files, which may hold anything."""
    text = clipped(text)
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)


@dataclass(frozen=True, slots=True)
class _Range:
    """A span by lines and columns, from 1; the end is the place behind the last letter."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


def _range(span: Span) -> _Range:
    position = span.source.position
    return _Range(span.source.name, *position(span.start), *position(span.end))


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Render a list of objects; places are null for what stands in no file."""
    found = [_json(d) for d in diagnostics]
    return written_out(json.dumps(found, ensure_ascii=False, indent=2)) + "\n"


def _json(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "id": diagnostic.rule.id,
        "severity": diagnostic.rule.severity,
        "message": clipped(diagnostic.message),
        **_json_place(diagnostic.span),
        "help": diagnostic.help and clipped(diagnostic.help),
        "note": diagnostic.note,
        "related": [
            {**_json_place(other.span), "message": clipped(other.message)}
            for other in diagnostic.related
        ],
    }


def _json_place(span: Span | None) -> dict[str, object]:
    at = _range(span) if span else None
    return {
        "file": at and at.file,
        "line": at and at.line,
        "column": at and at.column,
        "end_line": at and at.end_line,
        "end_column": at and at.end_column,
    }


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Workflow commands that GitHub shows beside the lines; errors first, the rest as a count."""
    ordered = sorted(diagnostics, key=lambda d: not d.is_error)
    shown, rest = ordered[:_MOST_ANNOTATIONS], ordered[_MOST_ANNOTATIONS:]
    lines = [_annotation(d) for d in shown]
    if rest:
        lines.append(f"::{_level(rest[0])}::and {len(rest)} more")
    return "".join(f"{line}\n" for line in lines)


def _level(diagnostic: Diagnostic) -> str:
    return "error" if diagnostic.is_error else "warning"


def _annotation(diagnostic: Diagnostic) -> str:
    properties = {"title": diagnostic.rule.id}
    if diagnostic.span:
        at = _range(diagnostic.span)
        properties |= {"file": at.file, "line": str(at.line), "endLine": str(at.end_line)}
        if at.line == at.end_line:  # GitHub refuses columns of a range over several lines
            properties |= {"col": str(at.column), "endColumn": str(max(at.column, at.end_column))}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_level(diagnostic)} {listed}::{_data(_said(diagnostic))}"


def _said(diagnostic: Diagnostic) -> str:
    """All that a finding says, a line for each part."""
    parts = (diagnostic.message, diagnostic.help, diagnostic.note)
    return "\n".join(harmless(clipped(part)) for part in parts if part)


def as_markdown(diagnostics: Iterable[Diagnostic]) -> str:
    """A list for a page about a run; empty text for none."""
    return "".join(_item(d) for d in diagnostics)


def _item(diagnostic: Diagnostic) -> str:
    place = f" `{diagnostic.span.where()}`" if diagnostic.span else ""
    help_ = f"\n  {_prose(diagnostic.help)}" if diagnostic.help else ""
    kind = f"**{diagnostic.rule.severity}[{diagnostic.rule.id}]**"
    return f"- {kind}{place}: {_prose(diagnostic.message)}{help_}\n"


def _prose(text: str) -> str:
    """A message as Markdown shows it: its backticks are code, anything else is text."""
    line = _one_line(text)
    if line.count("`") % 2:
        return _escaped(line)
    parts = line.split("`")
    return "`".join(p if n % 2 else _escaped(p) for n, p in enumerate(parts))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(diagnostics: Sequence[Diagnostic], version: str) -> str:
    """One run of SARIF 2.1.0, with the rules that were broken."""
    rules = {d.rule.id: d.rule for d in diagnostics}
    ids = sorted(rules)
    driver = {
        "name": "tallybook",
        "version": version,
        "rules": [
            {
                "id": id_,
                "shortDescription": {"text": rules[id_].what},
                "fullDescription": {"text": rules[id_].why},
                "help": {"text": rules[id_].instead},
                "defaultConfiguration": {
                    "level": "error" if rules[id_].severity == "error" else "warning"
                },
            }
            for id_ in ids
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif(d, ids.index(d.rule.id)) for d in diagnostics],
    }
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return written_out(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"


def _sarif(diagnostic: Diagnostic, rule_index: int) -> dict[str, object]:
    return {
        "ruleId": diagnostic.rule.id,
        "ruleIndex": rule_index,
        "level": _level(diagnostic),
        "message": {"text": _said(diagnostic)},
        "locations": [_location(diagnostic.span)] if diagnostic.span else [],
        "relatedLocations": [_related(other) for other in diagnostic.related],
    }


def _related(other: Related) -> dict[str, object]:
    return {**_location(other.span), "message": {"text": other.message}}


def _location(span: Span) -> dict[str, object]:
    at = _range(span)
    region = {
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    }
    uri = quote(at.file, safe="/")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
