"""Trends: a metric over time, as one chart or as small multiples on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.present import charts, view
from tallybook.present.figures import Precision, full, precision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.judge import model
    from tallybook.present.language import Language

_LARGE, _SMALL = 48.0, 40.0
_NARROW = 3  # columns that fit a telephone


def trend(section: model.Trend, anchor: str, speech: Language) -> view.Trend:
    """A trend section. Members without any data have a row in the table and no panel."""
    name = speech.own(section.metric.label) or section.metric.name
    height, steps = (_LARGE, 4) if len(section.lines) == 1 else (_SMALL, 2)
    marks = charts.ticks([*_values(section), section.target], steps)
    scale = charts.Scale(marks[0], marks[-1], height, edge=1.0)
    panels = tuple(p for line in section.lines if (p := _panel(section, line, scale, speech)))
    return view.Trend(
        id=anchor,
        title=speech.own(section.title) or name,
        subtitle=_subtitle(section, name, speech),
        panels=panels,
        grid=_grid(section, marks, scale, speech),
        backdrop="".join(p.line.path for p in panels) if len(panels) > 1 else "",
        labels=_labels(section, speech),
        target=_target(section, speech),
        height=charts.coordinate(height),
        table=_table(section, name, speech),
        events=tuple(_events(section, speech)),
    )


def _events(section: model.Trend, speech: Language) -> Iterator[view.Event]:
    """Each at the point of the period that it fell in."""
    periods = [p.period for p in section.lines[0].points] if section.lines else []
    xs = charts.positions(len(periods), mirrored=speech.mirrored)
    for event in section.events:
        place = next((n for n, p in enumerate(periods) if p.start <= event.date < p.end), None)
        if place is not None:
            yield view.Event(
                speech.day(event.date), event.date.isoformat(), speech.own(event.text), xs[place]
            )


def series_table(
    metric: model.MetricInfo, points: tuple[model.Point, ...], caption: str, speech: Language
) -> view.Table:
    """One metric's values, newest first."""
    cut = series_precision(metric, [p.value for p in points])
    rows = tuple(
        view.TableRow(speech.calendar.short(p.period), (speech.figure(p.value, metric, cut),))
        for p in reversed(points)
    )
    return view.Table(caption, (speech.own(metric.label) or metric.name,), rows)


def series_precision(metric: model.MetricInfo, values: list[model.Number | None]) -> Precision:
    """The cut for many values of a metric, after the largest of them; never shortened."""
    known = [v for v in values if v is not None]
    largest = max(known, key=abs, default=None)
    fraction = next((v for v in known if v != int(v)), largest) if _finite(known) else largest
    kinds_that_follow_fractions = ("count", "duration", "number", "score", "custom")
    follows = metric.unit.kind in kinds_that_follow_fractions
    return full(precision(metric.unit, metric.decimals, fraction if follows else largest))


def _finite(values: list[model.Number]) -> bool:
    return all(v == v and abs(v) != float("inf") for v in values)  # noqa: PLR0124 - nan


def _values(section: model.Trend) -> list[model.Number | None]:
    return [point.value for line in section.lines for point in line.points]


def _panel(
    section: model.Trend, line: model.TrendLine, scale: charts.Scale, speech: Language
) -> view.Panel | None:
    values = [point.value for point in line.points]
    drawn = charts.line(
        values,
        scale=scale,
        target=section.target if section.dimension is None else None,
        partial=bool(line.points) and line.points[-1].period.partial,
        mirrored=speech.mirrored,
    )
    if drawn is None:
        return None
    cut = precision(section.metric.unit, section.metric.decimals, *reversed(values))
    name = speech.member(line.member, section.dimension) if section.dimension else ""
    return view.Panel(name, speech.figure(values[-1], section.metric, cut), drawn)


def _grid(
    section: model.Trend, marks: tuple[float, ...], scale: charts.Scale, speech: Language
) -> tuple[view.GridLine, ...]:
    unit = section.metric.unit
    scale_by = 100 if unit.kind == "percent" else 1
    whole = all((mark * scale_by).is_integer() for mark in marks)
    cut = precision(unit, 0 if whole else None, marks[1] - marks[0])
    return tuple(
        view.GridLine(speech.figures.value(mark, unit, cut), scale.y(mark))
        for mark in reversed(marks)
    )


def _labels(section: model.Trend, speech: Language) -> tuple[str, ...]:
    periods = [point.period for point in section.lines[0].points] if section.lines else []
    ends = periods[:1] + periods[1:][-1:]
    if len(periods) % 2 and len(periods) > len(ends):
        ends.insert(1, periods[len(periods) // 2])
    return tuple(speech.calendar.short(p) for p in ends)


def _subtitle(section: model.Trend, name: str, speech: Language) -> str:
    if section.dimension is None:
        return name if section.title else ""
    by = speech.text("trend.by", dimension=speech.own(section.dimension.label))
    return f"{name} · {by}" if section.title else by


def _target(section: model.Trend, speech: Language) -> str:
    if section.target is None or section.dimension is not None:
        return ""
    cut = precision(section.metric.unit, section.metric.decimals, section.target)
    return speech.text(
        "target.is", n=speech.figures.value(section.target, section.metric.unit, cut)
    )


def _table(section: model.Trend, name: str, speech: Language) -> view.Table:
    cut = series_precision(section.metric, _values(section))
    by = section.dimension
    columns = [speech.member(line.member, by) if by else name for line in section.lines]
    by_period = zip(*(reversed(li.points) for li in section.lines), strict=True)
    rows = tuple(
        view.TableRow(
            speech.calendar.short(points[0].period),
            tuple(speech.figure(p.value, section.metric, cut) for p in points),
        )
        for points in by_period
    )
    return view.Table(name, tuple(columns), rows, wide=len(columns) > _NARROW)
