"""Row expressions and aggregate functions in DuckDB's SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oracle import terms as t

if TYPE_CHECKING:
    from oracle.schema import Source

COLUMN_TYPES = {
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "decimal": "DECIMAL(10, 2)",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
_ELAPSED = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
Text = Callable[[t.Expr], str]


def literal(expr: t.Lit) -> str:
    match expr.value:
        case None:
            return "NULL"
        case bool():
            return str(expr.value)
        case str():
            return "'" + expr.value.replace("'", "''") + "'"
        case dt.date():
            return f"DATE '{expr.value}'"
        case int():
            return f"({expr.value})"
        case _:
            return f"{expr.value}::DOUBLE"


def call(name: str, x: list[str]) -> str:
    match name:
        case "if":
            return f"CASE WHEN {x[0]} THEN {x[1]} ELSE {x[2]} END"
        case "mod":
            whole = f"({x[0]}) - ({x[1]}) * floor(({x[0]})::DOUBLE / nullif({x[1]}, 0))"
            return f"({whole})"
        case "starts_with" | "contains" | "replace" | "length" | "coalesce" | "nullif":
            return f"{name}({', '.join(x)})"
        case "matches":
            return f"regexp_matches({', '.join(x)})"
        case "sqrt" | "ln" | "log10":
            domain = ">= 0" if name == "sqrt" else "> 0"
            return f"CASE WHEN ({x[0]}) {domain} THEN {name}(({x[0]})::DOUBLE) END"
        case "weekday":
            return f"isodow({x[0]})"
        case "date":
            return f"({x[0]})::DATE"
        case "months" | "years":
            return f"datesub('{name[:-1]}', ({x[0]})::TIMESTAMP, ({x[1]})::TIMESTAMP)"
        case _ if name in _ELAPSED:
            span = f"epoch_us(({x[1]})::TIMESTAMP) - epoch_us(({x[0]})::TIMESTAMP)"
            return f"(({span})::DOUBLE / {1_000_000 * _ELAPSED[name]})"
        case _:
            return f"{name}({', '.join(x)})"


def operator(expr: t.Expr, of: Text) -> str:
    """An operator; the same at every level."""
    match expr:
        case t.Unary(op, x):
            return f"({op} ({of(x)}))"
        case t.Binary(op, a, t.Duration(count, unit)):
            return f"(({of(a)}) {op} INTERVAL {count} {unit})"
        case t.Binary("/", a, b):
            return f"(({of(a)})::DOUBLE / nullif({of(b)}, 0)::DOUBLE)"
        case t.Binary("=" | "!=" | "<" | "<=" | ">" | ">=" | "like" as op, a, b):
            return f"(({of(a)}) {op} ({of(b)}))"
        case t.Binary(op, a, b):
            return f"(({of(a)}) {op} ({of(b)}))"
        case t.IsNull(x, negated):
            return f"(({of(x)}) IS {'NOT ' * negated}NULL)"
        case t.In(x, options, negated):
            return f"(({of(x)}) {'NOT ' * negated}IN ({', '.join(map(of, options))}))"
        case t.Between(x, low, high):
            return f"(({of(x)}) BETWEEN {of(low)} AND {of(high)})"
        case t.Within(event, window, anchor):
            latest = f"({of(anchor)}) + INTERVAL {window.count} {window.unit}"
            return f"(({of(event)}) >= ({of(anchor)}) AND ({of(event)}) <= ({latest}))"
        case t.Case(branches, otherwise):
            whens = " ".join(f"WHEN {of(c)} THEN {of(v)}" for c, v in branches)
            last = "NULL" if otherwise is None else of(otherwise)
            return f"CASE {whens} ELSE {last} END"
        case _:
            raise NotImplementedError(expr)


@dataclass(frozen=True, slots=True)
class RowSql:
    """Expressions over rows `r` of a source; linked rows are left joins, named as their links."""

    source: Source
    window: tuple[str, str]

    def origin(self) -> str:
        joins = ""
        for name, link in self.source.links.items():
            pairs = zip(link.on, link.to_key, strict=True)
            on = " AND ".join(f"r.{ours} = {name}.{theirs}" for ours, theirs in pairs)
            joins += f" LEFT JOIN {link.to} {name} ON {on}"
        return f"{self.source.name} r{joins}"

    def text(self, expr: t.Expr) -> str:
        match expr:
            case t.Lit():
                return literal(expr)
            case t.Name(("period", "start")):
                return self.window[0]
            case t.Name(("period", "end")):
                return self.window[1]
            case t.Name(parts):
                own = parts[1:] if parts[0] == self.source.name else parts
                return ".".join(own) if len(own) > 1 else f"r.{own[0]}"
            case t.Call("truncate", (x, t.Name((unit,)))):
                return f"date_trunc('{unit}', {self.text(x)})::DATE"
            case t.Call(name, arguments):
                return call(name, [self.text(a) for a in arguments])
            case _:
                return operator(expr, self.text)

    def dimension(self, name: str) -> str:
        return self.text(self.source.dimensions[name])

    def dimension_condition(self, condition: t.Expr) -> str:
        def of(expr: t.Expr) -> str:
            match expr:
                case t.Lit():
                    return literal(expr)
                case t.Name((name,)):
                    return self.dimension(name)
                case _:
                    return operator(expr, of)

        return of(condition)

    # aggregates -------------------------------------------------------------------------------

    def fold(self, expr: t.Aggregate, where: str = "true") -> str:
        first, *rest = expr.arguments
        if isinstance(first, t.Name) and first.parts == (self.source.name,):
            return f"count(*) FILTER ({where})"
        if expr.function == "count" and is_condition(first):
            return f"count(*) FILTER ({self.text(first)} AND {where})"
        if expr.function in {"first", "last"}:
            return self._by_time(expr, where)
        others = tuple(self.text(x) for x in rest)
        return self.folded(expr.function, self.text(first), where, others)

    def folded(self, function: str, x: str, where: str, rest: tuple[str, ...]) -> str:
        kept = f"FILTER ({where})"
        match function:
            case "count":
                return f"count({x}) {kept}"
            case "distinct":
                return f"count(DISTINCT {x}) {kept}"
            case "sum":
                return f"CASE WHEN count(*) {kept} = 0 THEN 0 ELSE sum({x}) {kept} END"
            case "percentile":
                return f"quantile_cont(({x})::DOUBLE, {rest[0]}) {kept}"
            case "median":
                return f"median(({x})::DOUBLE) {kept}"
            case "stddev" | "variance":
                name = {"stddev": "stddev_samp", "variance": "var_samp"}[function]
                return f"CASE WHEN count({x}) {kept} > 1 THEN {name}({x}) {kept} END"
            case "weighted_avg":
                both = f"FILTER ({where} AND ({x}) IS NOT NULL)"
                over = f"sum(({x}) * ({rest[0]})) {both}"
                return f"({over})::DOUBLE / nullif(sum({rest[0]}) {both}, 0)"
            case _:
                return f"{function}({x}) {kept}"

    def _by_time(self, expr: t.Aggregate, where: str) -> str:
        x = self.text(expr.arguments[0])
        at = expr.clauses.at.parts[-1] if expr.clauses.at else self.source.time
        way = "DESC" if expr.function == "last" else "ASC"
        order = f"r.{at} {way}, r.{self.source.key[0]} {way}"
        return f"first({x} ORDER BY {order}) FILTER ({where} AND ({x}) IS NOT NULL)"

    def of_group(self, expr: t.Expr) -> str:
        """A `per` argument: aggregates of a group, and what is made of them."""
        match expr:
            case t.Aggregate(_, _, clauses):
                where = "true" if clauses.where is None else self.text(clauses.where)
                return self.fold(expr, f"({where})")
            case t.Lit():
                return literal(expr)
            case _:
                return operator(expr, self.of_group)


def is_condition(expr: t.Expr) -> bool:
    match expr:
        case t.Binary(op):
            return op not in {"+", "-", "*", "/", "^"}
        case t.Unary("not") | t.IsNull() | t.In() | t.Between() | t.Within() | t.Exists():
            return True
        case t.Call(name, arguments):
            tests = {"contains", "starts_with", "ends_with", "matches"}
            return name in tests or (name == "if" and is_condition(arguments[1]))
        case t.Name(parts):
            return parts[-1] in {"won", "vip"}
        case _:
            return False


def source_named(expr: t.Expr) -> str:
    """The first source that a name in the expression begins with."""
    for child in t.children(expr):
        match child:
            case t.Name((name,)) | t.Name((name, _)) | t.Name((name, _, _)) if name != "period":
                return name
            case _:
                try:
                    return source_named(child)
                except LookupError:
                    continue
    raise LookupError(f"no source in {expr}")
