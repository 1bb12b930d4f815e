"""The documents of a book in, its `Declarations` out."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tallybook.declare import model, readers
from tallybook.declare.misread import MisreadError
from tallybook.declare.reading import read
from tallybook.declare.rules import BAD_NAME, DEFINED_TWICE, RESERVED_WORD
from tallybook.declare.shorthand import unknown_key
from tallybook.read.document import Entry, Mapping, Node, Scalar
from tallybook.text.diagnostic import Related
from tallybook.text.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tallybook.declare.values import Text
    from tallybook.read.document import Document
    from tallybook.text.diagnostic import Diagnostic, Findings

T = TypeVar("T")

_SETTINGS = tuple(f.name for f in fields(model.Settings))
_MERGED_SETTINGS = frozenset({"parameters", "choose"})
_BY_NAME = ("sources", "metrics", "funnels", "scorecards", "groups", "scopes", "scoring")
_LISTS = ("annotations", "tests")
KEYS = (*_SETTINGS, *_BY_NAME, *_LISTS)

RESERVED = frozenset(
    ("and", "or", "not", "case", "when", "then", "else", "end", "null", "true", "false")
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SINGULAR = {
    "sources": "source",
    "metrics": "metric",
    "funnels": "funnel",
    "scorecards": "scorecard",
    "groups": "group",
    "scopes": "scope",
    "scoring": "score",
    "parameters": "parameter",
    "choose": "choice",
}


def declare(
    documents: Sequence[Document], root: Path, findings: Findings, kept: Kept | None = None
) -> model.Declarations:
    """What the files declare together, less what is a finding: a name twice, an unknown key ..."""
    merged = _Merged(findings)
    for document in documents:
        merged.take(document.root)
    read_all = partial(_read, findings, kept or Kept())
    declarations = model.Declarations(
        root=root,
        settings=_settings(merged, findings),
        sources=read_all(model.Source, merged.named["sources"]),
        metrics=read_all(model.Metric, merged.named["metrics"]),
        funnels=read_all(model.Funnel, merged.named["funnels"]),
        scorecards=read_all(model.Scorecard, merged.named["scorecards"]),
        groups=read_all(model.Group, merged.named["groups"]),
        scopes=read_all(model.Scope, merged.named["scopes"]),
        scoring=read_all(model.Score, merged.named["scoring"]),
        annotations=read_all(model.Annotation, merged.listed["annotations"]),
        tests=read_all(model.MetricTest, merged.listed["tests"]),
        said_formulas=frozenset(e.name for e in merged.named["metrics"] if _says_formula(e.value)),
    )
    _check_names(declarations, findings)
    return declarations


class _Merged:
    """The entries of all files under each top-level key."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._first: dict[tuple[str, str], Scalar] = {}
        self.settings: dict[str, Entry] = {}
        self.named: dict[str, list[Entry]] = {key: [] for key in (*_BY_NAME, *_MERGED_SETTINGS)}
        self.listed: dict[str, list[Node]] = {key: [] for key in _LISTS}

    def take(self, root: Mapping) -> None:
        """Add one file."""
        for entry in root.entries:
            if entry.name in self.named:
                self._take_named(entry)
            elif entry.name in self.listed:
                self._take_listed(entry)
            elif entry.name in _SETTINGS:
                if self._is_first("", entry.key):
                    self.settings[entry.name] = entry
            else:
                self._findings.extend(_diagnostics(unknown_key(entry.key, KEYS, root)))

    def _take_named(self, entry: Entry) -> None:
        try:
            within = readers.entries(entry.value)
        except MisreadError as error:
            self._findings.extend(_diagnostics(error))
            return
        self.named[entry.name].extend(e for e in within if self._is_first(entry.name, e.key))

    def _take_listed(self, entry: Entry) -> None:
        try:
            self.listed[entry.name].extend(readers.items(entry.value))
        except MisreadError as error:
            self._findings.extend(_diagnostics(error))

    def _is_first(self, kind: str, key: Scalar) -> bool:
        first = self._first.setdefault((kind, str(key.value)), key)
        if first is key:
            return True
        what = _SINGULAR.get(kind, "key")
        self._findings.add(
            DEFINED_TWICE,
            f"the {what} `{key.value}` is defined a second time",
            key.span,
            help="rename or delete one of the two",
            related=[Related(first.span, "first defined here")],
        )
        return False


def _diagnostics(error: MisreadError) -> Iterable[Diagnostic]:
    return (p.diagnostic for p in error.problems)


def _settings(merged: _Merged, findings: Findings) -> model.Settings:
    entries = list(merged.settings.values())
    for key in sorted(_MERGED_SETTINGS):
        if inside := merged.named[key]:
            first, last = inside[0].key, inside[-1].value
            span = first.span.to(last.span) if _same_file(first, last) else first.span
            entries.append(Entry(Scalar(key, first.span), Mapping(tuple(inside), span)))
    if not entries:
        return model.Settings()
    root = Mapping(tuple(entries), entries[0].key.span)
    return read(model.Settings, root, findings) or model.Settings()


def _same_file(first: Node, last: Node) -> bool:
    return first.span.source is last.span.source


def _read(
    findings: Findings, kept: Kept, of: type[T], given: Sequence[Node | Entry]
) -> tuple[T, ...]:
    items = (kept.of(of.__name__, (item,), partial(read, of, item), findings) for item in given)
    return tuple(item for item in items if item is not None)


def _says_formula(metric: Node) -> bool:
    """Whether a metric says a formula, or is something else: where it has none, that is told."""
    if isinstance(metric, Mapping):
        return metric.get("formula") is not None
    return not isinstance(metric, Scalar) or metric.value is not None


def _check_names(declarations: model.Declarations, findings: Findings) -> None:
    for kind, name in _names(declarations):
        if not _NAME.fullmatch(name.value):
            findings.add(
                BAD_NAME,
                f"a {kind}'s name is in snake_case, found `{name.value}`",
                name.span,
                help=_better_name(kind, name.value),
            )
        elif name.value in RESERVED:
            findings.add(
                RESERVED_WORD,
                f"`{name.value}` is a word of the formula language, and no {kind}'s name",
                name.span,
                help=f"put a word to it: `{name.value}_…`",
            )


def _names(declarations: model.Declarations) -> Iterator[tuple[str, Text]]:
    for kind in _BY_NAME:
        for item in getattr(declarations, kind):
            yield _SINGULAR[kind], item.name
    for source in declarations.sources:
        yield from (("dimension", d.name) for d in source.dimensions)
        yield from (("link", link.name) for link in source.links)
    for metric in declarations.metrics:
        yield from (("alternative", a.name) for a in metric.alternatives)
    for score in declarations.scoring:
        yield from (("part of a score", part.name) for part in score.parts)
    yield from (("parameter", name) for name, _ in declarations.settings.parameters)


def _better_name(kind: str, name: str) -> str | None:
    if not (better := snake_case(name)):
        return None
    if kind in ("metric", "source", "funnel", "dimension"):
        return f"write `{better}`, and the wording for readers as its `label`"
    return f"write `{better}`"


def snake_case(name: str) -> str:
    """The nearest name that may stand in a formula, or nothing where there is none."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_").lstrip("0123456789_")
