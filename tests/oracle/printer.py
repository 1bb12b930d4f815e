"""Formulas as text, with no more parentheses than precedence asks for."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from oracle.terms import (
    Aggregate,
    Between,
    Binary,
    Call,
    Case,
    Clauses,
    Convert,
    Converted,
    Cumulative,
    Duration,
    Elapsed,
    Exists,
    Expr,
    Growth,
    In,
    IsNull,
    Lit,
    Name,
    Prior,
    Retained,
    ToDate,
    Total,
    Trailing,
    Unary,
    Where,
    Within,
)

_LOOSEST, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _NEGATION, _POWER, _ATOM = range(10)
_LEVELS = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "like"), _COMPARISON),
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
    "^": _POWER,
}
_RESERVED = frozenset(["and", "or", "not", "case", "when", "then", "else", "end", "null"]) | {
    "true",
    "false",
}


def to_formula(expr: Expr) -> str:
    """The concrete syntax of a term."""
    return _text(expr, _LOOSEST)


def _text(expr: Expr, around: int) -> str:
    level, text = _print(expr)
    return f"({text})" if level < around else text


def _print(expr: Expr) -> tuple[int, str]:
    match expr:
        case Binary(op, a, b):
            return _binary(op, a, b)
        case Unary("not", x):
            return _NOT, f"not {_text(x, _NOT)}"
        case Unary(_, x):
            return _NEGATION, f"-{_text(x, _POWER)}"
        case IsNull(x, negated):
            return _COMPARISON, f"{_text(x, _SUM)} is {'not ' * negated}null"
        case In(x, options, negated):
            listed = ", ".join(_text(o, _SUM) for o in options)
            return _COMPARISON, f"{_text(x, _SUM)} {'not ' * negated}in ({listed})"
        case Between(x, low, high):
            ends = f"{_text(low, _SUM)} and {_text(high, _SUM)}"
            return _COMPARISON, f"{_text(x, _SUM)} between {ends}"
        case Within(event, window, anchor):
            parts = f"{_text(event, _SUM)} within {_duration(window)} of {_text(anchor, _SUM)}"
            return _COMPARISON, parts
        case Where(m, condition):
            return _LOOSEST, f"{_text(m, _OR)} where {_text(condition, _OR)}"
        case Lit(value) if isinstance(value, int | Decimal) and value < 0:
            return _NEGATION, _literal(value)
        case _:
            return _ATOM, _atom(expr)


def _binary(op: str, a: Expr, b: Expr) -> tuple[int, str]:
    level = _LEVELS[op]
    if op == "^":  # groups to the right, and binds tighter than the minus before it
        return level, f"{_text(a, _ATOM)} ^ {_text(b, _NEGATION)}"
    if level == _COMPARISON:  # a comparison of comparisons needs parentheses
        return level, f"{_text(a, _SUM)} {op} {_text(b, _SUM)}"
    return level, f"{_text(a, level)} {op} {_text(b, level + 1)}"


def _atom(expr: Expr) -> str:  # noqa: C901, PLR0912 - one case per kind of term
    match expr:
        case Lit(value):
            return _literal(value)
        case Duration():
            return _duration(expr)
        case Name(parts):
            return ".".join(_name(part) for part in parts)
        case Call(name, arguments):
            return f"{name}({', '.join(_text(a, _OR) for a in arguments)})"
        case Case(branches, otherwise):
            pairs = ((_text(c, _OR), _text(v, _OR)) for c, v in branches)
            whens = " ".join(f"when {c} then {v}" for c, v in pairs)
            last = "" if otherwise is None else f" else {_text(otherwise, _OR)}"
            return f"case {whens}{last} end"
        case Convert(amount, currency, to, at):
            return f"convert({to_formula(amount)}, {to_formula(currency)}, {to}, at {_atom(at)})"
        case Aggregate(function, arguments, clauses):
            listed = ", ".join(_text(a, _OR) for a in arguments)
            return f"{function}({listed}{_clauses(clauses)})"
        case Exists(source, link, on, where):
            named = _name(source) + ("" if link is None else f".{_name(link)}")
            pair = "" if on is None else f" on {_atom(on[0])} = {_atom(on[1])}"
            return f"exists({named}{pair}{_clauses(Clauses(where=where))})"
        case Prior(m, shift):
            return f"prior({_text(m, _OR)}{_shift(shift)})"
        case Growth(m, shift):
            return f"growth({_text(m, _OR)}{_shift(shift)})"
        case Trailing(m, window):
            return f"trailing({_text(m, _OR)}, {_duration(window)})"
        case ToDate(m, unit):
            return f"to_date({_text(m, _OR)}, {unit})"
        case Cumulative(m):
            return f"cumulative({_text(m, _LOOSEST)})"
        case Total(m, over):
            return f"total({_text(m, _OR)}{' over ' * bool(over)}{', '.join(over)})"
        case Elapsed():
            return "elapsed()"
        case Converted(base, event, key, within, rate):
            verb = "conversion" if rate else "converted"
            return f"{verb}({base} -> {event} by {_name(key)} within {_duration(within)})"
        case Retained(source, key, back, rate):
            verb = "retention" if rate else "retained"
            return f"{verb}({source} by {_name(key)}, {_duration(back)})"
        case _:
            raise TypeError(expr)


def _clauses(clauses: Clauses) -> str:
    text = ""
    if clauses.where is not None:
        text += f" where {_text(clauses.where, _OR)}"
    if clauses.at is not None:
        text += f" at {_atom(clauses.at)}"
    if clauses.as_of is not None:
        text += f" as of {clauses.as_of}"
    if clauses.per:
        text += f" per {', '.join(map(_atom, clauses.per))}"
    return text


def _shift(shift: Duration | None) -> str:
    return "" if shift is None else f", {_duration(shift)}"


def _duration(duration: Duration) -> str:
    return f"{duration.count} {duration.unit}{'' if duration.count == 1 else 's'}"


def _name(part: str) -> str:
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", part) and part not in _RESERVED
    return part if plain else f"`{part}`"


def _literal(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            quote = '"' if '"' not in value else "'"
            return f"{quote}{value}{quote}"
        case dt.date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)
