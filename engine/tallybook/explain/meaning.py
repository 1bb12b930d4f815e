"""A formula as checked: every node with its type and unit, down to the aggregates."""

from __future__ import annotations

from tallybook.explain.tree import Branch
from tallybook.explain.values import aggregate_text, clauses_text, literal, row_text
from tallybook.language import ir


def meaning(cell: ir.Cell) -> Branch:
    """The tree of a cell."""
    found = _node(cell)
    unit = f", {cell.unit}" if cell.unit and not cell.unit.free else ""
    return Branch(f"{found.text} : {cell.type.value}{unit}", found.parts)


def _node(cell: ir.Cell) -> Branch:
    match cell:
        case ir.Constant(value=value):
            return Branch(literal(value))
        case ir.Aggregate():
            return Branch(aggregate_text(cell))
        case ir.PerKey(function=function, inner=inner):
            return Branch(f"{function} per key", (*map(meaning, inner), *_per(cell)))
        case ir.CellCall(function=function, arguments=arguments):
            return Branch(function, tuple(map(meaning, arguments)))
        case ir.MetricValue(name=name, body=body):
            return Branch(f"metric {name}", (meaning(body),))
        case ir.Conversion():
            return Branch(conversion_text(cell))
        case ir.Retention():
            return Branch(retention_text(cell))
        case ir.Elapsed():
            return Branch("elapsed")
        case ir.Filtered(condition=condition, body=body):
            return Branch(f"where {row_text(condition)}", (meaning(body),))
        case _:
            return Branch(_window_text(cell), (meaning(cell.body),))


def _window_text(
    cell: ir.Prior | ir.Growth | ir.Trailing | ir.ToDate | ir.Cumulative | ir.Total,
) -> str:
    match cell:
        case ir.Prior(by=by):
            return f"prior {by or '1 period'}"
        case ir.Growth(by=by):
            return f"growth over {by or '1 period'}"
        case ir.Trailing(length=length):
            return f"trailing {length}"
        case ir.ToDate(grain=grain):
            return f"{grain} to date"
        case ir.Cumulative():
            return "cumulative"
        case ir.Total(over=over):
            return "total" if over is None else f"total over {', '.join(over)}"


def _per(cell: ir.PerKey) -> tuple[Branch, ...]:
    keys = ", ".join(map(row_text, cell.keys))
    clauses = clauses_text(cell.where, cell.at, cell.stock).strip()
    return (Branch(f"per {keys}"), *([Branch(clauses)] if clauses else []))


def conversion_text(cell: ir.Conversion) -> str:
    """`converted(visits -> orders by visitor_id within 7 days)`."""
    base, other = (
        source + (f" where {row_text(where)}" if where else "")
        for source, where in ((cell.base, cell.base_where), (cell.other, cell.other_where))
    )
    within = f" within {cell.length}" if cell.length else ""
    keys = f"{row_text(cell.base_key)} = {row_text(cell.other_key)}"
    return f"{'conversion' if cell.as_share else 'converted'}({base} -> {other} on {keys}{within})"


def retention_text(cell: ir.Retention) -> str:
    """`retained(orders by customer_id, 1 month)`."""
    function = "retention" if cell.as_share else "retained"
    where = f" where {row_text(cell.where)}" if cell.where else ""
    return f"{function}({cell.source} by {row_text(cell.key)}{where}, {cell.by})"
