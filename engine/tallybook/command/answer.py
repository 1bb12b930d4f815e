"""Rows of an answer as text: exact for programs, worded for people."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING

from tallybook.command.words import aligned, label_of, unit_text
from tallybook.dataclass import dataclass
from tallybook.text.excerpt import columns as width_of
from tallybook.text.excerpt import harmless, written_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from tallybook.book import Book
    from tallybook.check.model import CheckedMetric
    from tallybook.command.query import Asked, Format

Value = str | int | float | bool | Decimal | dt.date | dt.datetime | dt.timedelta | None

_NOTHING = "–"
_MOST_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """How numbers of one column are written for people."""

    percent: bool = False
    counted: bool = False
    decimals: int | None = None


_STAGE_FIGURES = {
    "volume": Figure(counted=True),
    "step_conversion": Figure(percent=True),
    "share_of_first": Figure(percent=True),
    "time_in_stage": Figure(decimals=1),
}


def written(frame: pl.DataFrame, asked: Asked, format_: Format, book: Book) -> str:
    """An answer in one of the formats that are text."""
    match format_:
        case "csv":
            return _csv(frame)
        case "json":
            return _json(frame, asked, book)
        case "ndjson":
            return "".join(f"{_row(names, row)}\n" for names, row in _rows(frame))
        case "md":
            return _markdown(frame, asked, book)
        case _:
            return _table(frame, asked, book)


# For programs: every digit, null as null


def _rows(frame: pl.DataFrame) -> Iterator[tuple[Sequence[str], Sequence[Value]]]:
    for row in frame.iter_rows():
        yield frame.columns, row


def _json(frame: pl.DataFrame, asked: Asked, book: Book) -> str:
    zone = book.checked.book.calendar.zone
    head = {
        **_subject(asked, book),
        "grain": asked.grain,
        "by": list(asked.by),
        "as_of": asked.as_of.astimezone(zone).isoformat() if asked.as_of else None,
        "timezone": zone.key,
    }
    parts = [f"{_text(key)}: {_text(value)}" for key, value in head.items()]
    rows = ",\n  ".join(_row(names, row) for names, row in _rows(frame))
    return "{" + ",\n ".join([*parts, f'"rows": [\n  {rows}\n ]' if rows else '"rows": []']) + "}\n"


def _subject(asked: Asked, book: Book) -> dict[str, object]:
    if asked.funnel is not None:
        return {"funnel": asked.funnel}
    return {"metrics": [_metric(book.checked.metrics[name], book) for name in asked.metrics]}


def _metric(metric: CheckedMetric, book: Book) -> dict[str, str | None]:
    unit = unit_text(metric)
    label = label_of(metric.name, metric.metric.declared.label, book.checked)
    return {"name": metric.name, "unit": None if unit == "-" else unit, "label": label}


def _row(names: Sequence[str], row: Sequence[Value]) -> str:
    pairs = zip(names, row, strict=True)
    return "{" + ", ".join(f"{_text(name)}: {_literal(value)}" for name, value in pairs) + "}"


def _text(value: object) -> str:
    return written_out(json.dumps(value, ensure_ascii=False))


def _literal(value: Value) -> str:
    plain = _plain(value)
    if plain is not None and isinstance(value, int | float | Decimal):
        return plain
    return _text(plain)


def _plain(value: Value) -> str | None:
    """A value as JSON and CSV write it, without quotes."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _exact(value)
        case int() | float():
            return repr(value)
        case dt.timedelta():
            return f"{value.total_seconds():g} seconds"
        case dt.date():
            return value.isoformat()
        case str():
            return value


def _exact(value: Decimal) -> str:
    """All digits of a decimal, without zeros at its end: 41.250000 is 41.25."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _csv(frame: pl.DataFrame) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows([_plain(value) for value in row] for _, row in _rows(frame))
    return out.getvalue()


# For people: rounded, percent times 100


def _cells(frame: pl.DataFrame, asked: Asked, book: Book) -> tuple[list[str], list[list[str]]]:
    shown = frame.drop("start", "end", "partial")
    figures = _figures(asked, book)
    headings = [c for c in shown.columns if c != "total"]
    rows = []
    for row, partial in zip(shown.iter_rows(named=True), frame["partial"], strict=True):
        is_total = row.get("total") is True
        cells = [_shown(row[name], figures.get(name)) for name in headings]
        cells[0] += "*" if partial else ""
        if is_total:
            cells = [
                ("total" if h in asked.by else c) for h, c in zip(headings, cells, strict=True)
            ]
            cells[0] += "" if asked.by else " total"
        rows.append(cells)
    return headings, rows


def _figures(asked: Asked, book: Book) -> Mapping[str, Figure]:
    if asked.funnel is not None:
        return _STAGE_FIGURES
    return {name: _figure(book.checked.metrics[name]) for name in asked.metrics}


def _figure(metric: CheckedMetric) -> Figure:
    kind = metric.declared_unit.kind if metric.declared_unit else None
    return Figure(kind == "percent", kind == "count", metric.metric.declared.decimals)


def _shown(value: Value, figure: Figure | None) -> str:
    if value is None:
        return _NOTHING if figure else "null"
    if figure is None or isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return _plain(value) or ""
    said = figure.decimals
    if figure.percent:
        return f"{value * 100:,.{1 if said is None else said}f}%"
    if isinstance(value, int):
        return f"{value:,}"
    if said is None:
        said = 0 if value == int(value) and figure.counted else _MOST_DECIMALS
    return f"{value:,.{said}f}"


def _sides(headings: Sequence[str], figures: Mapping[str, Figure]) -> list[str]:
    return ["right" if name in figures else "left" for name in headings]


def _table(frame: pl.DataFrame, asked: Asked, book: Book) -> str:
    headings, rows = _cells(frame, asked, book)
    lines = aligned([headings, *rows], _sides(headings, _figures(asked, book)))
    rule = "─" * max(map(width_of, lines))
    cut = ["* cut short"] if frame["partial"].any() else []
    return "".join(f"{line}\n" for line in [lines[0], rule, *lines[1:], *cut])


def _markdown(frame: pl.DataFrame, asked: Asked, book: Book) -> str:
    headings, rows = _cells(frame, asked, book)
    marks = [
        "--:" if side == "right" else ":--" for side in _sides(headings, _figures(asked, book))
    ]
    return "".join(_line(row) for row in [headings, marks, *rows])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |\n"


def _escaped(text: str) -> str:
    line = harmless(" ".join(text.split())).replace("\\", "\\\\").replace("|", "\\|")
    return line.replace("<", "&lt;")
