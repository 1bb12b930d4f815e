"""Which metrics a formula is made of, and in which order metrics can be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.language.functions import FUNCTIONS
from tallybook.parse import syntax
from tallybook.text.diagnostic import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OVER_SOURCES = frozenset({"converted", "conversion", "retained", "retention"})


def metric_names(expr: syntax.Expr | syntax.Flow) -> Iterator[syntax.Name]:
    """Names of one word that stand where a metric may: outside aggregates and conditions."""
    match expr:
        case syntax.Name(parts=(_,)):
            yield expr
        case syntax.Constant() | syntax.Name():
            pass
        case syntax.Call(function=function, arguments=arguments):
            for argument in arguments[: _metric_arguments(function)]:
                yield from metric_names(argument.value)
        case syntax.Filter(operand=operand):
            yield from metric_names(operand)
        case _:
            for part in parts_of(expr):
                yield from metric_names(part)


def _metric_arguments(function: str) -> int | None:
    """How many of a call's arguments may name metrics; None for all of them."""
    known = FUNCTIONS.get(function) or FUNCTIONS.get(nearest(function, FUNCTIONS) or "")
    if known is None:
        return None
    if known.kind == "aggregate" or function in _OVER_SOURCES:
        return 0
    words = [i for i, p in enumerate(known.parameters) if p.words]
    return 1 if known.kind == "context" or words else None


def parts_of(expr: syntax.Expr | syntax.Flow) -> tuple[syntax.Expr, ...]:
    """The expressions directly inside one, clauses included."""
    match expr:
        case syntax.Constant() | syntax.Name():
            return ()
        case syntax.Unary(operand=operand) | syntax.IsNull(operand=operand):
            return (operand,)
        case syntax.Binary(left=left, right=right):
            return (left, right)
        case syntax.In(operand=operand, items=items):
            return (operand, *items)
        case syntax.Between(operand=operand, low=low, high=high):
            return (operand, low, high)
        case syntax.Within(later=later, earlier=earlier):
            return (later, earlier)
        case syntax.Case(branches=branches, otherwise=otherwise):
            flat = tuple(part for branch in branches for part in branch)
            return flat if otherwise is None else (*flat, otherwise)
        case syntax.Filter(operand=operand, condition=condition):
            return (operand, condition)
        case syntax.Flow(first=first, then=then):
            return (first, then)
        case syntax.Call(arguments=arguments):
            return tuple(part for argument in arguments for part in _argument_parts(argument))


def _argument_parts(argument: syntax.Argument) -> tuple[syntax.Expr, ...]:
    value = (
        parts_of(argument.value) if isinstance(argument.value, syntax.Flow) else (argument.value,)
    )
    conditions = (c.condition for c in argument.clauses if isinstance(c, syntax.WhereClause))
    return (*value, *conditions)


def in_dependency_order(
    needs: Mapping[str, tuple[str, ...]],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Names so that each comes after what it needs, and the circles that forbid it.

    A circle is given as the names along it, beginning with the alphabetically first.
    """
    order: list[str] = []
    circles: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[str] = set()
    for first in needs:
        path: list[str] = []
        on_path: set[str] = set()
        todo: list[tuple[str, bool]] = [(first, False)]
        while todo:
            name, leaving = todo.pop()
            if leaving:
                path.pop()
                on_path.discard(name)
                done.add(name)
                order.append(name)
            elif name in on_path:
                circle = path[path.index(name) :]
                circles.setdefault(frozenset(circle), _rotated(circle))
            elif name not in done:
                path.append(name)
                on_path.add(name)
                todo.append((name, True))
                todo.extend((n, False) for n in reversed(needs[name]) if n in needs)
    return tuple(order), tuple(circles.values())


def _rotated(circle: list[str]) -> tuple[str, ...]:
    start = circle.index(min(circle))
    return (*circle[start:], *circle[:start])
