"""A judged scorecard as an Excel workbook: real numbers with formats, one sheet per section.

XlsxWriter is an extra, imported when first asked for. Texts are written as strings, so that no name
becomes a formula or a link.
"""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.judge import model
from tallybook.present.language import Language, language
from tallybook.present.plain import one_line
from tallybook.present.tiles import status_chip
from tallybook.present.trends import series_precision
from tallybook.render.data import unit_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31  # Excel's limit
_WIDEST, _NARROWEST = 48, 10  # columns, in characters


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and Excel's format for it."""

    value: model.Number | None
    format: str


Cell = str | Amount


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its first row is the heading."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def to_xlsx(card: model.Scorecard, locale: str | None = None) -> bytes:
    """The workbook of a scorecard, labels in one locale.

    Raises ImportError where the extra `xlsx` is not installed.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # its authors publish no types

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    # The clock stays out: the same scorecard gives the same file.
    book.set_properties({"created": (card.generated_at or card.as_of).replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {f: book.add_format({"num_format": f}) for f in _formats(sheets(card, locale))}
    for sheet in sheets(card, locale):
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 1)
        for row, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    page.write_string(row, column, cell, None if row else bold)
                elif cell.value is not None and math.isfinite(cell.value):
                    page.write_number(row, column, cell.value, formats[cell.format])
        for column, width in enumerate(_widths(sheet)):
            page.set_column(column, column, width)
    book.close()
    return out.getvalue()


def sheets(card: model.Scorecard, locale: str | None = None) -> tuple[Sheet, ...]:
    """The workbook as tables: one per section that has figures, then the definitions."""
    speech = language(locale or card.locale)
    made = [s for section in card.sections if (s := _sheet(section, speech))]
    made.append(Sheet(speech.text("page.definitions"), tuple(_definitions(card, speech))))
    names: dict[str, None] = {}
    for sheet in made:
        names[_unused(_sheet_name(sheet.name), names)] = None
    return tuple(Sheet(name, sheet.rows) for name, sheet in zip(names, made, strict=True))


def _sheet(section: model.Section, speech: Language) -> Sheet | None:
    title = speech.own(section.title)
    match section:
        case model.TileGroup():
            rows: Iterable[tuple[Cell, ...]] = _tiles(section, speech)
            title = title or speech.text("tiles.title")
        case model.Trend():
            rows = _trend(section, speech)
            title = title or _label(section.metric, speech)
        case model.FunnelChart():
            rows = _funnel(section, speech)
            title = title or speech.own(section.label) or speech.text("funnel.title")
        case model.Breakdown():
            rows = _breakdown(section, speech)
            dimension = speech.own(section.dimension.label)
            title = title or speech.text("breakdown.title", dimension=dimension)
        case model.Note():
            return None
    return Sheet(title, tuple(rows))


def _tiles(section: model.TileGroup, speech: Language) -> Iterator[tuple[Cell, ...]]:
    words = ("metric", "value", "status", "target")
    kinds = list(dict.fromkeys(c.kind for t in section.tiles for c in t.changes))
    yield (
        *(speech.text(f"page.{w}") for w in words),
        *(speech.text(f"change.{k}") for k in kinds),
        speech.text("definition.unit"),
    )
    for tile in section.tiles:
        then = {change.kind: change.then for change in tile.changes}
        yield (
            _label(tile.metric, speech),
            _amount(tile.value, tile.metric),
            status_chip(tile.status, speech).text,
            _amount(tile.target, tile.metric),
            *(_amount(then.get(kind), tile.metric) for kind in kinds),
            one_line(unit_text(tile.metric.unit)),
        )


def _trend(section: model.Trend, speech: Language) -> Iterator[tuple[Cell, ...]]:
    label = _label(section.metric, speech)
    by = section.dimension
    names = [speech.member(line.member, by) if by else label for line in section.lines]
    yield (speech.text("page.period"), *names)
    for points in zip(*(line.points for line in section.lines), strict=True):
        yield (points[0].period.label, *(_amount(p.value, section.metric) for p in points))


def _funnel(section: model.FunnelChart, speech: Language) -> Iterator[tuple[Cell, ...]]:
    by = section.dimension
    yield (
        speech.own(by.label) if by else "",
        *(speech.text(f"page.{w}") for w in ("stage", "value", "step", "share")),
    )
    total = speech.text("member.total")
    for part in section.parts:
        member = speech.member(part.member, by) if by and not part.is_total else total
        for row in part.rows:
            shares = (Amount(row.step, "0.0%"), Amount(row.share, "0.00%"))
            yield (member, speech.own(row.label), _amount(row.value, row.metric), *shares)


def _breakdown(section: model.Breakdown, speech: Language) -> Iterator[tuple[Cell, ...]]:
    dimension = speech.own(section.dimension.label) or section.dimension.name
    yield (dimension, *(_label(metric, speech) for metric in section.metrics))
    for row in section.rows:
        own = speech.member(row.member, section.dimension) if row.kind == "member" else ""
        name = own or speech.text(f"member.{row.kind}")
        pairs = zip(row.cells, section.metrics, strict=True)
        yield (name, *(_amount(cell.value, metric) for cell, metric in pairs))


def _definitions(card: model.Scorecard, speech: Language) -> Iterator[tuple[Cell, ...]]:
    words = ("page.metric", "definition.formula", "definition.unit", "definition.target")
    yield (*map(speech.text, words), speech.text("definition.owner"))
    for item in card.definitions:
        yield (
            _label(item.metric, speech),
            one_line(item.formula),
            one_line(unit_text(item.metric.unit)),
            _amount(item.target, item.metric),
            one_line(item.owner or ""),
        )


def _label(metric: model.MetricInfo, speech: Language) -> str:
    return speech.own(metric.label) or metric.name


def _amount(value: model.Number | None, metric: model.MetricInfo) -> Amount:
    decimals = series_precision(metric, [value]).decimals
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    match metric.unit.kind:
        case "money":
            return Amount(value, f"{digits} [${metric.unit.currency or ''}]")
        case "percent":
            return Amount(value, f"{digits}%")
        case "number" | "count" | "ratio" | "duration" | "score" | "custom":
            return Amount(value, digits)


def _sheet_name(title: str) -> str:
    return _FORBIDDEN.sub(" ", title).strip()[:_LONGEST_NAME] or "-"


def _unused(name: str, taken: Iterable[str]) -> str:
    known = {t.casefold() for t in taken}
    number, candidate = 1, name
    while candidate.casefold() in known:
        number += 1
        suffix = f" {number}"
        candidate = name[: _LONGEST_NAME - len(suffix)] + suffix
    return candidate


def _formats(made: Sequence[Sheet]) -> list[str]:
    cells = (cell for sheet in made for row in sheet.rows for cell in row)
    return list(dict.fromkeys(c.format for c in cells if isinstance(c, Amount)))


def _widths(sheet: Sheet) -> list[int]:
    columns = zip(*sheet.rows, strict=True)
    longest = (max(len(c) if isinstance(c, str) else 0 for c in column) for column in columns)
    return [min(_WIDEST, max(_NARROWEST, length + 2)) for length in longest]
