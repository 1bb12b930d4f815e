"""Cells on one line, in the language's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.explain.meaning import conversion_text, retention_text
from tallybook.explain.values import aggregate_text, call_text, clauses_text, literal, row_text
from tallybook.language import ir

if TYPE_CHECKING:
    from tallybook.plan.model import Measure


def cell_text(cell: ir.Cell) -> str:
    """A cell as a formula would say it; metrics by their names."""
    match cell:
        case ir.Constant(value=value):
            return literal(value)
        case ir.Aggregate():
            return aggregate_text(cell)
        case ir.PerKey(function=function, inner=inner):
            keys = ", ".join(map(row_text, cell.keys))
            clauses = clauses_text(cell.where, cell.at, cell.stock)
            return f"{function}({', '.join(map(cell_text, inner))} per {keys}{clauses})"
        case ir.CellCall(function=function, arguments=arguments):
            return call_text(function, [_operand(a) for a in arguments])
        case ir.MetricValue(name=name):
            return name
        case ir.Filtered(body=body, condition=condition):
            return f"{_operand(body)} where {row_text(condition)}"
        case ir.Conversion():
            return conversion_text(cell)
        case ir.Retention():
            return retention_text(cell)
        case ir.Elapsed():
            return "elapsed()"
        case _:
            return _in_context(cell)


def measure_text(measure: Measure) -> str:
    """A measure's aggregate, with the condition that was put around it."""
    text = cell_text(measure.aggregate)
    return text if measure.condition is None else f"{text} where {row_text(measure.condition)}"


def _operand(cell: ir.Cell) -> str:
    text = cell_text(cell)
    is_operation = isinstance(cell, ir.CellCall) and not text.startswith(f"{cell.function}(")
    return f"({text})" if is_operation or isinstance(cell, ir.Filtered) else text


def _in_context(
    cell: ir.Prior | ir.Growth | ir.Trailing | ir.ToDate | ir.Cumulative | ir.Total,
) -> str:
    body = cell_text(cell.body)
    match cell:
        case ir.Prior(by=by):
            return f"prior({body})" if by is None else f"prior({body}, {by})"
        case ir.Growth(by=by):
            return f"growth({body})" if by is None else f"growth({body}, {by})"
        case ir.Trailing(length=length):
            return f"trailing({body}, {length})"
        case ir.ToDate(grain=grain):
            return f"to_date({body}, {grain})"
        case ir.Cumulative():
            return f"cumulative({body})"
        case ir.Total(over=over):
            return f"total({body})" if over is None else f"total({body} over {', '.join(over)})"
