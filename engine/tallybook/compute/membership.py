"""Conditions on linked rows as sets of keys, so that no row has to be joined for them.

`count(leads where campaign.goal = "demand")` is a question to each campaign, not to each lead.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from tallybook.language import ir
from tallybook.plan.conditions import rows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from tallybook.compute.rows import RowFrames

_SMALL = 8_000_000  # bytes of a table whose keys may be held as a set


def condition(where: ir.Row, source: str, rows: RowFrames) -> tuple[pl.Expr, list[ir.Row]]:
    """A condition of which only "true" counts, and what its frame must hold for it."""
    lowered = []
    needed: list[ir.Row] = []
    for part in _joined_by_and(where):
        link = _only_link(part)
        keys = _keys_meeting(part, source, link, rows) if link is not None else None
        if keys is None or link is None:
            lowered.append(rows.expression(part))
            needed.append(part)
        else:
            table = rows.checked.tables[source].table
            ours = table.links[link].on[0]
            own = ir.Column(source, (), ours, table.columns[ours].type)
            lowered.append(rows.expression(own).is_in(keys.implode()))
            needed.append(own)
    return reduce(lambda a, b: a & b, lowered), needed


def _joined_by_and(where: ir.Row) -> Iterator[ir.Row]:
    match where:
        case ir.RowCall(function="and", arguments=arguments):
            for argument in arguments:
                yield from _joined_by_and(argument)
        case _:
            yield where


def _only_link(part: ir.Row) -> str | None:
    """The link that all columns of a condition are reached through, one step away."""
    links: set[tuple[str, ...]] = set()
    for inner in rows_in(part):
        match inner:
            case ir.Column(links=way):
                links.add(way)
            case ir.RowCall() | ir.Constant():
                pass
            case _:
                return None
    way = links.pop() if len(links) == 1 else ()
    return way[0] if len(way) == 1 else None


def _keys_meeting(part: ir.Row, source: str, link: str, rows: RowFrames) -> pl.Series | None:
    """The keys of the linked rows that meet a condition; None where it must be joined after all.

    That is where the other table is large or its size unknown, where its key is of several columns,
    and where rows that are linked to nothing would meet the condition (`campaign.goal is null`).
    """
    found = rows.checked.tables[source].table.links[link]
    table = rows.checked.tables[found.to].table
    size = rows.reader.size(table)
    if len(found.on) != 1 or size is None or size > _SMALL:
        return None
    rows.must_be_unique(source, found)
    key = ir.Column(found.to, (), found.to_key[0], table.columns[found.to_key[0]].type)
    asked = _beyond(part, found.to)
    if (key, asked) not in rows.keys_meeting:
        rows.keys_meeting[key, asked] = _looked_up(key, asked, rows)
    return rows.keys_meeting[key, asked]


def _looked_up(key: ir.Column, asked: ir.Row, rows: RowFrames) -> pl.Series | None:
    far = rows.with_columns_of(key.source, [key, asked]).collect(engine="in-memory")
    meets = rows.expression(asked)
    if far.clear(1).select(meets).item() is True:
        return None
    return far.filter(meets).select(rows.expression(key)).to_series().drop_nulls()


def _beyond(row: ir.Row, to: str) -> ir.Row:
    """The condition as the linked row itself sees it."""
    match row:
        case ir.Column(links=way):
            return replace(row, source=to, links=way[1:])
        case ir.RowCall(arguments=arguments):
            return replace(row, arguments=tuple(_beyond(a, to) for a in arguments))
        case _:
            return row
