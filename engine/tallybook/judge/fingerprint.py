"""What a metric's values depend on apart from the data, as one short text that changes with it.

Made of what the book says and not of how this version understands it, so that a new version finds
the definitions unchanged: the formula written out, the page's condition, and of settings and
sources only what these name. Labels, checks and the like leave it as it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from tallybook.check.sources import tables_read
from tallybook.declare import model as declared
from tallybook.resolve.expanded import expanded, on_one_line
from tallybook.text.span import Span

if TYPE_CHECKING:
    from tallybook.check.model import Checked
    from tallybook.judge.evidence import Evidence

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

_WORD = re.compile(r"\w+")
_NOT_COMPUTED_WITH = frozenset(
    {"label", "labels", "description", "checks", "fresh_within", "holds"}
)
_PARTS = ("columns", "dimensions", "links")  # of a source: only those that are named count
_LENGTH = 12


def fingerprint(name: str, evidence: Evidence) -> str:
    """Twelve hexadecimal digits that differ when the metric is defined otherwise."""
    checked = evidence.checked
    found = _Named(checked)
    found.add("formula", expanded(name, checked.book))
    found.add("condition", evidence.condition)
    found.add("part", evidence.part.dimension.name if evidence.part else None)
    found.add("calendar", _calendar(checked))
    for source in tables_read(checked.metrics[name].cell, checked.tables):
        found.need(source)
    text = json.dumps(found.closed(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


class _Named:
    """A definition that grows by whatever its words name, until they name nothing more."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked
        self._said: dict[str, Json] = {}
        self._words: set[str] = set()
        self._sources: set[str] = set()

    def add(self, key: str, said: Json) -> None:
        """A part of the definition."""
        if said and key not in self._said:
            self._said[key] = said
            self._words.update(_WORD.findall(json.dumps(said, ensure_ascii=False)))

    def need(self, source: str) -> None:
        """A source that is read."""
        self._sources.add(source)

    def closed(self) -> dict[str, Json]:
        """All of it."""
        size = -1
        while size != len(self._said):
            size = len(self._said)
            self._add_settings()
            for source in sorted(self._sources):
                self._add_source(source)
        return self._said

    def _add_settings(self) -> None:
        book = self._checked.book
        for name, value in book.parameters.items():
            if name in self._words:
                self.add(f"parameter {name}", [str(value)])
        for scope in book.declarations.scopes:
            if scope.name.value in self._words:
                self.add(f"scope {scope.name}", _plain(scope))
        for group in book.declarations.groups:
            if group.name.value in self._words:
                self.add(f"group {group.name}", _plain(group))
        if "convert" in self._words:
            self.add("rates", _plain(book.declarations.settings.rates))

    def _add_source(self, name: str) -> None:
        table = self._checked.tables.get(name)
        if table is None:
            return
        said = table.table.declared
        whole = {f.name: getattr(said, f.name) for f in fields(said)}
        self.add(f"source {name}", {k: _plain(v) for k, v in whole.items() if k not in _PARTS})
        for kind in _PARTS:
            for item in whole[kind]:
                if item.name.value in self._words:
                    self.add(f"{kind} {name}.{item.name}", _plain(item))
                    if isinstance(item, declared.Link):
                        self.need(item.to.value)
        if table.table.made_of:
            for other in self._checked.tables:
                if other in self._words:
                    self.need(other)


def _calendar(checked: Checked) -> Json:
    rules = checked.book.calendar
    own = _plain(checked.book.declarations.settings.calendar)
    fiscal = [rules.fiscal_starts, rules.fiscal_named_by_end]
    return [rules.zone.key, rules.week_starts, *fiscal, own]


def _plain(value: object) -> Json:
    """What is declared, without places, labels and what is not said."""
    match value:
        case declared.Text():
            return value.value
        case declared.Formula():
            return on_one_line(value.text)
        case declared.Localized() | Span() | None:
            return None
        case bool() | int() | float() | str():
            return value
        case dt.date():
            return value.isoformat()
        case tuple() | list():
            return [_plain(item) for item in value]
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(type(value).__name__)
    kept = {
        f.name: _plain(getattr(value, f.name))
        for f in fields(value)
        if f.name not in _NOT_COMPUTED_WITH
    }
    return {name: part for name, part in kept.items() if part not in (None, [], {})}
