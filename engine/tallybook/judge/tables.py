"""Funnels and breakdowns. Totals and "all others" are answers of their own, never sums of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.judge import model
from tallybook.judge.available import available_stages
from tallybook.judge.describe import dimension_info, metric_info
from tallybook.language import ir

if TYPE_CHECKING:
    from tallybook.check.model import Checked
    from tallybook.declare import model as declared
    from tallybook.judge.cells import Cells
    from tallybook.judge.model import Member, Number


def funnel(
    section: declared.FunnelSection, total: Cells, parts: Cells | None, checked: Checked
) -> model.FunnelChart:
    """The stages in total and, where asked, per member."""
    said = checked.book.funnels[section.funnel.value]
    found = [model.FunnelPart(None, True, _stages(said, total, None, checked))]
    by = section.by.value if section.by else None
    members = parts.members if by and parts else ()
    found += [
        model.FunnelPart(m, False, _stages(said, parts or total, m, checked)) for m in members
    ]
    return model.FunnelChart(
        section.title,
        said.name.value,
        said.label,
        dimension_info(by, checked, members) if by else None,
        tuple(found),
    )


def _stages(
    said: declared.Funnel, found: Cells, member: Member, checked: Checked
) -> tuple[model.FunnelRow, ...]:
    rows: list[model.FunnelRow] = []
    for stage in available_stages(said, checked):
        name = stage.metric.value
        info = metric_info(name, checked)
        value = found.value(name, -1, member)
        before = rows[-1].value if rows else None
        first = rows[0].value if rows else value
        rows.append(
            model.FunnelRow(
                info, stage.label or info.label, value, _ratio(value, before), _ratio(value, first)
            )
        )
    return tuple(rows)


def _ratio(part: Number | None, whole: Number | None) -> float | None:
    return part / whole if part is not None and whole else None


def sort_key(section: declared.TableSection) -> tuple[str | None, bool]:
    """The metric a table is sorted by, and whether from high to low; else the first column."""
    text = section.sort.value if section.sort else f"-{section.table[0].value}"
    return text.lstrip("-+"), text.startswith("-")


def shown_members(section: declared.TableSection, found: Cells) -> tuple[Member, ...]:
    """The members of a table in order: sorted, no value last, the first `top` of them."""
    name, descending = sort_key(section)
    by = section.by.value
    members = [m for m in found.members if _has_rows(section, found, m)]
    place = {member: number for number, member in enumerate(members)}

    def key(member: Member) -> tuple[bool, float, int]:
        by_name = name == by
        value = place[member] if by_name else found.value(name or "", -1, member)
        missing = member is None if by_name else value is None
        size = 0.0 if value is None else float(-value if descending else value)
        return missing, size, place[member]

    members.sort(key=key)
    return tuple(members[: section.top] if section.top else members)


def _has_rows(section: declared.TableSection, found: Cells, member: Member) -> bool:
    """Whether a member has any value in any of the periods shown."""
    names = [m.value for m in section.table]
    return any(
        found.value(name, number, member) for name in names for number in range(len(found.periods))
    )


def breakdown(
    section: declared.TableSection,
    found: Cells,
    total: Cells,
    others: Cells | None,
    checked: Checked,
) -> model.Breakdown:
    """The table: members, all others where asked, the total where asked."""
    names = [m.value for m in section.table]
    members = shown_members(section, found)
    rows = [model.BreakdownRow("member", m, _row(names, found, m, total, checked)) for m in members]
    if others is not None:
        rows.append(model.BreakdownRow("rest", None, _row(names, others, True, total, checked)))
    if section.total:
        rows.append(model.BreakdownRow("total", None, _row(names, total, None, total, checked)))
    name, descending = sort_key(section)
    return model.Breakdown(
        section.title,
        dimension_info(section.by.value, checked, members),
        tuple(metric_info(n, checked) for n in names),
        tuple(rows),
        name if name in names else None,
        descending,
    )


def _row(
    names: list[str], found: Cells, member: Member, total: Cells, checked: Checked
) -> tuple[model.BreakdownCell, ...]:
    return tuple(
        model.BreakdownCell(
            found.value(name, -1, member),
            _share(name, found.value(name, -1, member), total.value(name), checked),
            found.points(name, member),
        )
        for name in names
    )


def _share(name: str, value: Number | None, total: Number | None, checked: Checked) -> float | None:
    """The part of the total, for metrics whose parts add up to it."""
    return _ratio(value, total) if adds_up(checked.metrics[name].cell) else None


def adds_up(cell: ir.Cell) -> bool:
    """Whether the members' values of a metric add up to the total: sums and counts of rows."""
    match cell:
        case ir.Aggregate(function="count" | "sum"):
            return True
        case ir.MetricValue(body=body) | ir.Prior(body=body) | ir.Filtered(body=body):
            return adds_up(body)
        case ir.Trailing(body=body) | ir.ToDate(body=body) | ir.Cumulative(body=body):
            return adds_up(body)
        case ir.CellCall(function="+" | "-", arguments=arguments):
            return all(adds_up(a) for a in arguments)
        case ir.CellCall(function="*", arguments=(left, right)):
            constant = isinstance(left, ir.Constant) or isinstance(right, ir.Constant)
            return constant and (adds_up(left) or adds_up(right))
        case _:
            return False
