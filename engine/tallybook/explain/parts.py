"""One number taken apart: the value of every part of its formula, and the rows behind it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from tallybook.compute.run import run
from tallybook.dataclass import dataclass
from tallybook.explain.cells import cell_text
from tallybook.explain.tree import Branch
from tallybook.explain.values import literal
from tallybook.language import ir
from tallybook.language.types import Type
from tallybook.language.units import COUNTED
from tallybook.plan.model import Asked, Question
from tallybook.plan.planner import plan

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from tallybook.calendar.model import Period
    from tallybook.check.model import Checked
    from tallybook.tables.reader import TableReader


_WHOLE_BELOW = 1e15  # floats beyond are not known to the unit


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a formula. `cell` computes it where it stands, inside all context around it.

    `rows` counts the rows of `source` behind an aggregate.
    """

    text: str
    cell: ir.Cell
    parts: tuple[Part, ...] = ()
    rows: ir.Cell | None = None
    source: str | None = None


def parts(cell: ir.Cell, around: Callable[[ir.Cell], ir.Cell] = lambda cell: cell) -> Part:
    """A cell and its parts. `around` puts the context back that a part stands in."""
    match cell:
        case ir.Constant(value=value):
            return Part(literal(value), cell)
        case ir.Aggregate() | ir.PerKey():
            return _aggregate(cell, around)
        case ir.CellCall(arguments=arguments):
            return Part(cell_text(cell), around(cell), tuple(parts(a, around) for a in arguments))
        case ir.Growth(body=body, by=by):
            then = ir.Prior(body, by, body.type, body.unit)
            inner = (parts(body, around), parts(then, around))
            return Part(cell_text(cell), around(cell), inner)
        case ir.Conversion() | ir.Retention() | ir.Elapsed():
            return Part(cell_text(cell), around(cell))
        case ir.MetricValue(body=body):
            return Part(cell_text(cell), around(cell), (parts(body, around),))
        case _:
            context = cell

            def inside(part: ir.Cell) -> ir.Cell:
                return around(replace(context, body=part, type=part.type))

            return Part(cell_text(cell), around(cell), (parts(cell.body, inside),))


def _aggregate(cell: ir.Aggregate | ir.PerKey, around: Callable[[ir.Cell], ir.Cell]) -> Part:
    counted = ir.Aggregate(
        "count", cell.source, (), cell.where, cell.at, cell.stock, Type.INTEGER, COUNTED
    )
    return Part(cell_text(cell), around(cell), (), around(counted), cell.source)


def valued(
    root: Part,
    period: Period,
    where: ir.Row | None,
    checked: Checked,
    reader: TableReader,
    as_of: dt.datetime,
    members: Mapping[str, object] = MappingProxyType({}),
) -> Branch:
    """The tree of a number's parts with their values in one period, of one member or of all."""
    every = list(_all(root))
    columns = [Asked(f"value {n}", part.cell, allocate_none=True) for n, part in enumerate(every)]
    columns += [
        Asked(f"rows {n}", part.rows, allocate_none=True)
        for n, part in enumerate(every)
        if part.rows is not None
    ]
    question = Question(tuple(columns), (period,), tuple(members), where)
    planned = plan(checked, [question], as_of, checked.book.calendar)
    found = run(planned, reader)[0].frame.iter_rows(named=True)
    row = next(r for r in found if all(r[d] == member for d, member in members.items()))
    numbers = {id(part): n for n, part in enumerate(every)}
    return _branch(root, numbers, row)


def shown_value(value: object) -> str:
    """A cell's value in full precision, without zeros at the end of a fraction."""
    match value:
        case str():
            return f'"{value}"'
        case Decimal():
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case float() if value.is_integer() and abs(value) < _WHOLE_BELOW:
            return str(int(value))
        case _:
            return str(value)


def _all(part: Part) -> Iterator[Part]:
    yield part
    for inner in part.parts:
        yield from _all(inner)


def _branch(part: Part, numbers: dict[int, int], row: dict[str, object]) -> Branch:
    number = numbers[id(part)]
    value = row[f"value {number}"]
    behind = ""
    if part.rows is not None:
        count = row[f"rows {number}"]
        behind = f"   ({count} {'row' if count == 1 else 'rows'} of {part.source})"
    shown = "no data" if value is None else shown_value(value)
    text = part.text if isinstance(part.cell, ir.Constant) else f"{part.text} = {shown}{behind}"
    return Branch(text, tuple(_branch(p, numbers, row) for p in part.parts))
