"""A judged scorecard as data: JSON with all of it, CSV with one row per value.

Both keep full precision: a float is written as the shortest text that reads back as the same float.
In both, as in the answer of a query, a period's `end` is the day after its last.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import math
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from tallybook.declare.model import Localized
from tallybook.judge import model
from tallybook.judge.members import member_text
from tallybook.present.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

_KINDS = {
    model.TileGroup: "tiles",
    model.Trend: "trend",
    model.FunnelChart: "funnel",
    model.Breakdown: "breakdown",
    model.Note: "note",
}
_COLUMNS = (
    "section", "title", "kind", "metric", "label", "unit", "period", "start", "end", "partial",
    "dimension", "member", "member_label", "value", "target", "status",
)  # fmt: skip
_NOWHERE = ("", "", "")
_LEADS_TO_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def to_json(card: model.Scorecard) -> str:
    """All of a scorecard, in the order of its declaration, indented by two, ending in a newline."""
    return json.dumps(_json(card), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def digest(card: model.Scorecard) -> str:
    """Twelve hexadecimal digits that differ when any result does, but not by when it was made."""
    # When a definition changed is no result: earlier pages tell it, and not the book.
    bare = replace(card, definitions=tuple(replace(d, changed=None) for d in card.definitions))
    results = {name: _json(getattr(bare, name)) for name in ("period", "sections", "definitions")}
    canonical = json.dumps(results, sort_keys=True, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def to_csv(card: model.Scorecard) -> str:
    """One row per value, with a heading. Names that a spreadsheet would run get an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for number, section in enumerate(card.sections, 1):
        for row in _section_rows(section, card):
            writer.writerow([str(number), *row])
    for definition in card.definitions:
        metric = definition.metric
        for point in definition.series:
            row = _row("", "definition", metric, point.period, card, value=point.value)
            writer.writerow(["", *row])
    return out.getvalue()


def _json(value: object) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Enum():
            return str(value.value)
        case dt.date():  # a datetime is one, too
            return value.isoformat()
        case tuple():
            return [_json(item) for item in value]
        case _:
            return _object(value)


def _object(value: object) -> Json:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(type(value).__name__)
    kind: dict[str, Json] = {"kind": _KINDS[type(value)]} if type(value) in _KINDS else {}
    return kind | {f.name: _json(getattr(value, f.name)) for f in fields(value)}


def _section_rows(section: model.Section, card: model.Scorecard) -> Iterator[list[str]]:
    title = _text(section.title, card)
    match section:
        case model.TileGroup():
            for tile in section.tiles:
                yield from _tile_rows(tile, title, card)
        case model.Trend():
            yield from _trend_rows(section, title, card)
        case model.FunnelChart():
            yield from _funnel_rows(section, title, card)
        case model.Breakdown():
            yield from _breakdown_rows(section, title, card)
        case model.Note():
            pass


def _tile_rows(tile: model.Tile, title: str, card: model.Scorecard) -> Iterator[list[str]]:
    metric = tile.metric
    yield _row(
        title, "tile", metric, card.period, card,
        value=tile.value, target=tile.target, status=tile.status.value,
    )  # fmt: skip
    for change in tile.changes:
        yield _row(title, change.kind, metric, change.period, card, value=change.then)
    for point in tile.series:
        yield _row(title, "series", metric, point.period, card, value=point.value)


def _trend_rows(section: model.Trend, title: str, card: model.Scorecard) -> Iterator[list[str]]:
    for line in section.lines:
        place = _place(section.dimension, line.member, card)
        for point in line.points:
            yield _row(
                title, "trend", section.metric, point.period, card,
                place=place, value=point.value, target=section.target,
            )  # fmt: skip


def _funnel_rows(
    section: model.FunnelChart, title: str, card: model.Scorecard
) -> Iterator[list[str]]:
    for part in section.parts:
        place = _NOWHERE if part.is_total else _place(section.dimension, part.member, card)
        for row in part.rows:
            for kind, value in (("stage", row.value), ("step", row.step), ("share", row.share)):
                yield _row(
                    title, f"funnel_{kind}", row.metric, card.period, card,
                    place=place, value=value,
                )  # fmt: skip


def _breakdown_rows(
    section: model.Breakdown, title: str, card: model.Scorecard
) -> Iterator[list[str]]:
    for row in section.rows:
        place = _place(section.dimension, row.member if row.kind == "member" else None, card)
        for metric, cell in zip(section.metrics, row.cells, strict=True):
            yield _row(
                title, f"breakdown_{row.kind}", metric, card.period, card,
                place=place, value=cell.value, target=cell.target,
                status=cell.status.value if cell.status else "",
            )  # fmt: skip
            if cell.share is not None:
                yield _row(
                    title, f"breakdown_{row.kind}_share", metric, card.period, card,
                    place=place, value=cell.share,
                )  # fmt: skip


def _place(
    dimension: model.DimensionInfo | None, member: model.Member, card: model.Scorecard
) -> tuple[str, str, str]:
    """A dimension, one of its members, and what that one is called where the book says it."""
    if dimension is None:
        return _NOWHERE
    label = dimension.called(member)
    called = _text(label, card) if isinstance(label, Localized) else ""
    return dimension.name, member_text(member), called


def _row(  # noqa: PLR0913 - a row has this many cells
    title: str,
    kind: str,
    metric: model.MetricInfo,
    period: model.Period,
    card: model.Scorecard,
    *,
    place: tuple[str, str, str] = _NOWHERE,
    value: model.Number | None = None,
    target: model.Number | None = None,
    status: str = "",
) -> list[str]:
    return [
        safe_cell(title), kind, safe_cell(metric.name), safe_cell(_text(metric.label, card)),
        safe_cell(unit_text(metric.unit)), period.label, period.start.isoformat(),
        period.end.isoformat(), "true" if period.partial else "false",
        *map(safe_cell, place), number_text(value), number_text(target), status,
    ]  # fmt: skip


def unit_text(unit: model.UnitInfo) -> str:
    """A unit as a book writes it: `EUR per lead`."""
    name = unit.currency or unit.duration or unit.kind
    if unit.noun:
        name = f"count of {unit.noun}" if unit.kind == "count" else unit.noun
    return f"{name} per {unit.per}" if unit.per else name


def number_text(value: model.Number | None) -> str:
    """A number with all its digits; empty where there is none."""
    if value is None or not math.isfinite(value):
        return ""
    return repr(value)


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula, on one line."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_LEADS_TO_FORMULA) else line


def _text(text: Localized | None, card: model.Scorecard) -> str:
    return text.text(card.locale) if text else ""
