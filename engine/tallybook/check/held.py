"""Columns that hold what another source counts as well, and metrics that add the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.sources import columns_of_row, parts_of
from tallybook.check.steering import shipped
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.language.types import Type
from tallybook.parse.parser import parse
from tallybook.resolve import rules as names
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.check.model import Checked
    from tallybook.check.tables import Tables
    from tallybook.declare import model as declared
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

_Place = tuple[str, str]  # source and column


@dataclass(frozen=True, slots=True)
class _Held:
    """A column that holds another in the rows that meet a condition, in all without one."""

    holder: _Place
    held: _Place
    where: ir.Row | None


def check_held(checked: Checked, tables: Tables, findings: Findings) -> None:
    """A lint for each metric of the book's own that adds a column to one that holds it."""
    known = [
        held
        for table in checked.tables.values()
        for column in table.table.declared.columns
        if column.holds is not None
        and (held := _held(table.name, column, column.holds, tables, findings)) is not None
    ]
    for held in known:
        told: set[str] = set()
        for metric in checked.metrics.values():  # each after those that it is made of
            if _adds_both(metric.cell, held, checked):
                told.add(metric.name)
                place = metric.metric.formula.span
                if told.isdisjoint(_made_of(metric.cell)) and not shipped(place):
                    _tell(metric.name, held, place, findings)


def _held(
    source: str,
    column: declared.Column,
    said: declared.Holds,
    tables: Tables,
    findings: Findings,
) -> _Held | None:
    """What a column declares; None, with a finding, where that names nothing."""
    far, _, name = said.column.value.partition(".")
    table = tables.book.tables.get(far)
    if table is None or name not in table.columns:
        known = [f"{t}.{c}" for t in tables.book.tables for c in tables.book.tables[t].columns]
        findings.add(
            names.UNKNOWN_COLUMN,
            f"there is no column `{said.column}`",
            said.column.span,
            help=did_you_mean(
                said.column.value,
                known,
                otherwise=f"it has {name_list(table.columns)}" if table else None,
            ),
        )
        return None
    where = None
    if said.where is not None:
        expr = parse(said.where.span, findings)
        if expr is None:
            return None
        where = tables.rows(source).expressions.condition(expr, "`where`")
        if where.type is Type.UNKNOWN:
            return None
    return _Held((source, column.name.value), (far, name), where)


def _adds_both(cell: ir.Cell, held: _Held, checked: Checked) -> bool:
    """Whether a cell, or a part of it, adds a column and what holds it already."""
    return any(
        any(_sums(a, held.held, checked) for a in added)
        and any(_sums(a, held.holder, checked) and not _leaves_out(a, held, checked) for a in added)
        for added in _added_together(cell)
    )


def _tell(metric: str, held: _Held, place: Span, findings: Findings) -> None:
    holder, other = ".".join(held.holder), ".".join(held.held)
    findings.add(
        rules.COUNTED_TWICE,
        f"`{metric}` adds `{other}` to `{holder}`, which holds it already",
        place,
        help="use one of them, or leave out of the other what both have",
    )


def _made_of(cell: ir.Cell) -> Iterator[str]:
    """The metrics that a cell names."""
    if isinstance(cell, ir.MetricValue):
        yield cell.name
    else:
        for part in parts_of(cell):
            yield from _made_of(part)


def _added_together(cell: ir.Cell) -> Iterator[list[ir.Aggregate]]:
    """The aggregates that a cell is the sum of, and those of each part that is not added."""
    added: list[ir.Aggregate] = []
    apart: list[ir.Cell] = []
    todo = [cell]
    while todo:
        match todo.pop():
            case ir.Aggregate() as aggregate:
                added.append(aggregate)
            case ir.CellCall(function="+", arguments=terms):
                todo.extend(terms)
            case ir.CellCall(arguments=arguments):
                # What a constant scales, or stands in for, is still that amount.
                varying = [a for a in arguments if not isinstance(a, ir.Constant)]
                (todo if len(varying) == 1 else apart).extend(varying)
            case other:
                todo.extend(parts_of(other))
    yield added
    for part in apart:
        yield from _added_together(part)


def _sums(aggregate: ir.Aggregate, place: _Place, checked: Checked) -> bool:
    return (
        aggregate.function == "sum"
        and aggregate.source == place[0]
        and any(place in columns_of_row(a, checked.tables) for a in aggregate.arguments)
    )


def _leaves_out(aggregate: ir.Aggregate, held: _Held, checked: Checked) -> bool:
    """Whether a sum's condition speaks of what tells the rows that hold the other column.

    It may leave them out or pick them; the condition itself picks them.
    """
    if held.where is None or aggregate.where is None or aggregate.where == held.where:
        return False
    telling = columns_of_row(held.where, checked.tables)
    return not telling.isdisjoint(columns_of_row(aggregate.where, checked.tables))
