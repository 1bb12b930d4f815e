"""A formula as written: the tree that the parser read."""

from __future__ import annotations

from tallybook.explain.tree import Branch
from tallybook.explain.values import literal
from tallybook.parse import syntax


def written(expr: syntax.Expr) -> Branch:
    """The tree of an expression; every node says where in the file it begins."""
    line, column = expr.span.source.position(expr.span.start)
    found = _node(expr)
    return Branch(f"{found.text}  {line}:{column}", found.parts)


def _node(expr: syntax.Expr) -> Branch:
    match expr:
        case syntax.Constant(value=value):
            return Branch(f"constant {literal(value)}")
        case syntax.Name():
            return Branch(f"name {expr}")
        case syntax.Unary(operator=operator, operand=operand):
            return Branch(f"unary {operator}", (written(operand),))
        case syntax.Binary(operator=operator, left=left, right=right):
            return Branch(f"binary {operator}", (written(left), written(right)))
        case syntax.In(operand=operand, items=items):
            return Branch("in", tuple(map(written, (operand, *items))))
        case syntax.Between(operand=operand, low=low, high=high):
            return Branch("between", (written(operand), written(low), written(high)))
        case syntax.IsNull(operand=operand):
            return Branch("is null", (written(operand),))
        case syntax.Within(later=later, duration=duration, earlier=earlier):
            return Branch(f"within {duration} of", (written(later), written(earlier)))
        case syntax.Case():
            return Branch("case", _branches(expr))
        case syntax.Filter(operand=operand, condition=condition):
            return Branch("filter", (written(operand), _under("where", condition)))
        case syntax.Call(function=function, arguments=arguments):
            return Branch(f"call {function}", tuple(p for a in arguments for p in _argument(a)))


def _under(text: str, expr: syntax.Expr) -> Branch:
    return Branch(text, (written(expr),))


def _branches(expr: syntax.Case) -> tuple[Branch, ...]:
    parts = [
        p for when, then in expr.branches for p in (_under("when", when), _under("then", then))
    ]
    if expr.otherwise is not None:
        parts.append(_under("else", expr.otherwise))
    return tuple(parts)


def _argument(argument: syntax.Argument) -> tuple[Branch, ...]:
    match argument.value:
        case syntax.Flow(first=first, then=then):
            value = Branch("flow ->", (written(first), written(then)))
        case expr:
            value = written(expr)
    return (value, *map(_clause, argument.clauses))


def _clause(clause: syntax.Clause) -> Branch:
    match clause:
        case syntax.WhereClause(condition=condition):
            return _under("where", condition)
        case syntax.AtClause(column=column):
            return Branch(f"at {column}")
        case syntax.PerClause(keys=names):
            return Branch(f"per {_names(names)}")
        case syntax.AsOfClause(edge=edge):
            return Branch(f"as of {edge}")
        case syntax.OverClause(dimensions=names):
            return Branch(f"over {_names(names)}")
        case syntax.ByClause(key=key):
            return Branch(f"by {key}")
        case syntax.WithinClause(duration=duration):
            return Branch(f"within {duration}")
        case syntax.OnClause(left=left, right=right):
            return Branch(f"on {left} = {right}")


def _names(names: tuple[syntax.Name, ...]) -> str:
    return ", ".join(map(str, names))
