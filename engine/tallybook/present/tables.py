"""Funnels and breakdowns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.present import charts, view
from tallybook.present.tiles import status_chip
from tallybook.present.trends import series_precision

if TYPE_CHECKING:
    from tallybook.judge import model
    from tallybook.present.anchors import Anchors
    from tallybook.present.figures import Precision
    from tallybook.present.language import Language

_LINE_HEIGHT = 20.0


def funnel(
    section: model.FunnelChart, anchor: str, anchors: Anchors, speech: Language
) -> view.Funnel:
    """A funnel: its total as a table, its members side by side."""
    total = next((p for p in section.parts if p.is_total), None)
    by = section.dimension
    stages = _stages(total, anchors, speech) if total else ()
    return view.Funnel(
        id=anchor,
        title=speech.own(section.title) or speech.own(section.label) or speech.text("funnel.title"),
        share_of=speech.text("funnel.share_of", stage=stages[0].name) if stages else "",
        stages=stages,
        dimension=speech.own(by.label) if by else "",
        members=tuple(
            view.FunnelMember(speech.member(part.member, by), _stages(part, anchors, speech))
            for part in section.parts
            if by and not part.is_total
        ),
    )


def breakdown(section: model.Breakdown, anchor: str, speech: Language) -> view.Breakdown:
    """A breakdown; rows in the order given, the rest and the total apart."""
    dimension = speech.own(section.dimension.label) or section.dimension.name
    columns = tuple(_column(section, n, speech) for n in range(len(section.metrics)))
    cuts = [_column_precision(section, n) for n in range(len(section.metrics))]
    rows = [_row(section, row, columns, cuts, speech) for row in section.rows]
    title = speech.own(section.title) or speech.text("breakdown.title", dimension=dimension)
    return view.Breakdown(
        id=anchor,
        title=title,
        dimension=dimension,
        columns=columns,
        members=tuple(row for row in rows if row.kind == "member"),
        closing=tuple(row for row in rows if row.kind != "member"),
    )


def _stages(
    part: model.FunnelPart, anchors: Anchors, speech: Language
) -> tuple[view.FunnelStage, ...]:
    return tuple(
        view.FunnelStage(
            name=speech.own(row.label) or row.metric.name,
            href=anchors.to_definition(row.metric.name),
            value=speech.figure(row.value, row.metric, series_precision(row.metric, [row.value])),
            step=speech.figures.share(row.step),
            share=speech.figures.share(row.share),
            bar=charts.bar(1.0 if first else row.step, mirrored=speech.mirrored),
        )
        for row, first in zip(part.rows, [True] + [False] * len(part.rows), strict=False)
    )


def _column(section: model.Breakdown, number: int, speech: Language) -> view.Column:
    metric = section.metrics[number]
    cells = [row.cells[number] for row in section.rows]
    label = speech.own(metric.label) or metric.name
    direction = "descending" if section.descending else "ascending"
    # One line per row, of what the rows are sorted by: a line in every column is noise.
    leading = section.sorted_by or section.metrics[0].name
    return view.Column(
        name=speech.own(metric.short) or label,
        title=label,
        sort=direction if section.sorted_by == metric.name else "",
        has_share=any(cell.share is not None for cell in cells),
        has_line=metric.name == leading and any(len(c.series) >= charts.FEWEST for c in cells),
    )


def _column_precision(section: model.Breakdown, number: int) -> Precision:
    return series_precision(
        section.metrics[number], [row.cells[number].value for row in section.rows]
    )


def _row(
    section: model.Breakdown,
    row: model.BreakdownRow,
    columns: tuple[view.Column, ...],
    cuts: list[Precision],
    speech: Language,
) -> view.BreakdownRow:
    parts = zip(row.cells, section.metrics, columns, cuts, strict=True)
    own = speech.member(row.member, section.dimension) if row.kind == "member" else ""
    name = own or speech.text(f"member.{row.kind}")
    return view.BreakdownRow(
        kind=row.kind,
        name=name,
        raw=name,
        is_null=row.kind == "member" and row.member is None,
        cells=tuple(
            _cell(cell, metric, column, cut, speech) for cell, metric, column, cut in parts
        ),
    )


def _cell(
    cell: model.BreakdownCell,
    metric: model.MetricInfo,
    column: view.Column,
    cut: Precision,
    speech: Language,
) -> view.Cell:
    return view.Cell(
        value=speech.figure(cell.value, metric, cut),
        share=speech.figures.share(cell.share) if cell.share is not None else "",
        line=_line(cell, mirrored=speech.mirrored) if column.has_line else None,
        has_share=column.has_share,
        has_line=column.has_line,
        chip=status_chip(cell.status, speech) if cell.status else None,
        target=_target(cell, metric, cut, speech),
    )


def _target(
    cell: model.BreakdownCell, metric: model.MetricInfo, cut: Precision, speech: Language
) -> str:
    if cell.target is None:
        return ""
    return speech.text("target.is", n=speech.figures.value(cell.target, metric.unit, cut))


def _line(cell: model.BreakdownCell, *, mirrored: bool) -> charts.Line | None:
    values = [point.value for point in cell.series]
    return charts.line(
        values,
        scale=charts.close_scale(values, _LINE_HEIGHT),
        partial=bool(cell.series) and cell.series[-1].period.partial,
        mirrored=mirrored,
    )
