"""How large formulas are once everything that they name is written out in them.

Metrics, scopes and computed columns refer to each other, and some functions look at an argument
more than once: a few short lines can say more than a computer can write down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.sources import parts_of, present
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.language.types import Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

    Computed = Callable[[ir.Column], ir.Row | None]

_LARGEST = 5_000  # operators, calls, columns and values
_DEEPEST = 250  # inside of each other

# How often a function looks at each of its arguments, where that is more than once.
_LOOKS = {"round": 6, "log10": 4, "months": 8, "years": 16, "replace": 3}
_LOOKS |= dict.fromkeys(("mod", "nullif", "between", "within", "truncate"), 2)
# What these give may be no number, which is looked at before it is used; these here pass it on.
_UNBOUNDED = frozenset({"^", "sqrt", "ln", "log10", "exp"})
_PASSING_ON = frozenset({"+", "-", "*", "negate", "abs"})


class _TooLargeError(Exception):
    """Counting further would be of no use."""


@dataclass(frozen=True, slots=True)
class _Size:
    nodes: int
    unbounded: bool = False


def not_too_large(
    node: ir.Row | ir.Cell, name: str, span: Span, computed: Computed, findings: Findings
) -> bool:
    """Whether a formula can be worked with; a finding where it cannot.

    `computed` gives what is behind a column, if anything is.
    """
    try:
        _size(node, computed, 0)
    except _TooLargeError:
        findings.add(
            rules.TOO_LARGE,
            f"expected a formula of at most {_LARGEST:,} parts, {_DEEPEST} inside of each other; "
            f"written out, that of `{name}` has more",
            span,
            help="put fewer steps between it and the columns",
        )
        return False
    return True


def _size(node: ir.Row | ir.Cell, computed: Computed, depth: int) -> _Size:
    size = _counted(node, computed, depth + 1)
    if depth > _DEEPEST or size.nodes > _LARGEST:
        raise _TooLargeError
    return size


def _counted(node: ir.Row | ir.Cell, computed: Computed, depth: int) -> _Size:
    match node:
        case (
            ir.RowCall(function=function, arguments=arguments, type=kind)
            | ir.CellCall(function=function, arguments=arguments, type=kind)
        ):
            return _call(function, [_size(a, computed, depth) for a in arguments], kind)
        case ir.MetricValue(body=body):
            return _size(body, computed, depth)
        case ir.Growth(body=body):
            return _Size(2 * _size(body, computed, depth).nodes, unbounded=True)
        case _:
            return _Size(
                1 + sum(_size(part, computed, depth).nodes for part in _inside(node, computed))
            )


def _call(function: str, arguments: list[_Size], kind: Type) -> _Size:
    if function in _PASSING_ON:
        return _Size(1 + sum(a.nodes for a in arguments), unbounded=kind is Type.FLOAT)
    if function == "/":
        over, under = arguments
        return _Size(1 + over.nodes + _looked_at(under), unbounded=True)
    looks = len(arguments) - 1 if function == "in" else _LOOKS.get(function, 1)
    weighed = (looks * _looked_at(a) for a in arguments)
    return _Size(1 + sum(weighed), unbounded=function in _UNBOUNDED)


def _looked_at(argument: _Size) -> int:
    return 2 * argument.nodes if argument.unbounded else argument.nodes


def _inside(node: ir.Row | ir.Cell, computed: Computed) -> tuple[ir.Row | ir.Cell, ...]:
    """What else is directly in a node."""
    match node:
        case ir.Column():
            return present(computed(node))
        case ir.Aggregate(arguments=arguments, where=where, at=at):
            return (*arguments, *present(where, at))
        case ir.PerKey(inner=inner, keys=keys, where=where, at=at):
            return (*inner, *keys, *present(where, at))
        case ir.Filtered(body=body, condition=condition):
            return (body, condition)
        case ir.Conversion():
            return (node.base_key, node.other_key, *present(node.base_where, node.other_where))
        case ir.Retention(key=key, where=where):
            return (key, *present(where))
        case ir.Linked(aggregate=aggregate, their_keys=theirs, our_keys=ours):
            return (aggregate, *theirs, *ours)
        case ir.Rate(currency=currency, at=at):
            return (currency, at)
        case ir.Prior() | ir.Trailing() | ir.ToDate() | ir.Cumulative() | ir.Total():
            return parts_of(node)
        case _:
            return ()
