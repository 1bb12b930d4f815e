"""Values and row expressions on one line, in the language's own words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.language import ir
from tallybook.parse.syntax import Duration, quoted

if TYPE_CHECKING:
    from tallybook.parse.syntax import Value

_INFIX = frozenset(("or", "and", "=", "!=", "<", "<=", ">", ">=", "like", "+", "-", "*", "/", "^"))


def literal(value: Value) -> str:
    """A value as a formula writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + value.replace('"', '""') + '"'
        case dt.datetime():
            return value.isoformat(sep=" ")
        case dt.date():
            return value.isoformat()
        case int() | float() | Duration():
            return str(value)


def row_text(row: ir.Row) -> str:
    """A row expression. Every operation inside another has its parentheses."""
    match row:
        case ir.Constant(value=value):
            return literal(value)
        case ir.Column(source=source, links=links, name=name):
            return ".".join(map(quoted, (source, *links, name)))
        case ir.DimensionValue(name=name):
            return quoted(name)
        case ir.PeriodBound(edge=edge):
            return f"period.{edge}"
        case ir.RowCall(function=function, arguments=arguments):
            return call_text(function, [_inner(a) for a in arguments])
        case ir.Linked():
            return _linked_text(row)
        case ir.Rate(currency=currency, to=to, at=at):
            return f"rate({row_text(currency)}, {to}, at {row_text(at)})"


def _inner(row: ir.Row) -> str:
    text = row_text(row)
    is_operation = isinstance(row, ir.RowCall) and not text.startswith(f"{row.function}(")
    return f"({text})" if is_operation else text


def call_text(function: str, arguments: list[str]) -> str:
    """A call of the function table: operators between their operands."""
    match function, arguments:
        case "not", [only]:
            return f"not {only}"
        case "negate", [only]:
            return f"-{only}"
        case "is_null", [only]:
            return f"{only} is null"
        case "in", [first, *rest]:
            return f"{first} in ({', '.join(rest)})"
        case "between", [first, low, high]:
            return f"{first} between {low} and {high}"
        case "within", [later, length, earlier]:
            return f"{later} within {length} of {earlier}"
        case "shift_time", [first, second]:
            return f"{first} + {second}"
        case _ if function in _INFIX and len(arguments) > 1:
            return f" {function} ".join(arguments)
        case _:
            return f"{function}({', '.join(arguments)})"


def _linked_text(row: ir.Linked) -> str:
    keys = zip(row.their_keys, row.our_keys, strict=True)
    on = " and ".join(f"{row_text(theirs)} = {row_text(ours)}" for theirs, ours in keys)
    return f"{aggregate_text(row.aggregate)} on {on}"


def aggregate_text(aggregate: ir.Aggregate) -> str:
    """An aggregate with its clauses; `count(leads)` counts rows."""
    arguments = ", ".join(map(row_text, aggregate.arguments)) or aggregate.source
    clauses = clauses_text(aggregate.where, aggregate.at, aggregate.stock)
    return f"{aggregate.function}({arguments}{clauses})"


def clauses_text(where: ir.Row | None, at: ir.Row | None, stock: ir.Edge | None) -> str:
    """The clauses that there are, each after a space."""
    return (
        (f" where {row_text(where)}" if where else "")
        + (f" at {row_text(at)}" if at else "")
        + (f" as of {stock}" if stock else "")
    )
