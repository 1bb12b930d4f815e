"""Where rows become a number: aggregates with their clauses, and aggregates of linked rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tallybook.check import rules
from tallybook.check.calls import Operand, check_call
from tallybook.check.expressions import UNKNOWN
from tallybook.check.untimed import check_untimed
from tallybook.dataclass import dataclass
from tallybook.language import ir
from tallybook.language.functions import FUNCTIONS
from tallybook.language.types import TIMES, Type
from tallybook.language.units import COUNTED
from tallybook.parse import syntax
from tallybook.resolve import rules as names
from tallybook.resolve.references import parts_of
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tallybook.check.rows import RowScope
    from tallybook.check.tables import Tables
    from tallybook.resolve.model import Link, Table

_CLAUSES = {
    syntax.WhereClause: "where",
    syntax.AtClause: "at",
    syntax.PerClause: "per",
    syntax.AsOfClause: "as of",
    syntax.OnClause: "on",
    syntax.OverClause: "over",
    syntax.ByClause: "by",
    syntax.WithinClause: "within",
}


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of one aggregate, each at most once."""

    where: syntax.WhereClause | None = None
    at: syntax.AtClause | None = None
    per: syntax.PerClause | None = None
    as_of: syntax.AsOfClause | None = None
    on: syntax.OnClause | None = None


def names_in(expr: syntax.Expr | syntax.Flow) -> Iterator[syntax.Name]:
    """Names of a row expression, those inside nested aggregates left out."""
    match expr:
        case syntax.Name():
            yield expr
        case syntax.Call(function=function) if _is_aggregate(function):
            return
        case _:
            for part in parts_of(expr):
                yield from names_in(part)


def nested_aggregates(expr: syntax.Expr | syntax.Flow) -> Iterator[syntax.Call]:
    """Aggregate calls inside an expression, outermost ones only."""
    match expr:
        case syntax.Call(function=function) if _is_aggregate(function):
            yield expr
        case syntax.Name():
            return
        case _:
            for part in parts_of(expr):
                yield from nested_aggregates(part)


def _is_aggregate(function: str) -> bool:
    known = FUNCTIONS.get(function)
    return known is not None and known.kind == "aggregate"


C = TypeVar("C", bound=syntax.Clause)


def _only(kind: type[C], found: Mapping[str, syntax.Clause]) -> C | None:
    """The clause of a kind, if it was found."""
    clause = found.get(_CLAUSES[kind])
    return clause if isinstance(clause, kind) else None


class Aggregates:
    """Checks aggregate calls."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._findings = tables.findings

    def cell(self, call: syntax.Call) -> ir.Cell:
        """An aggregate in a metric's formula."""
        clauses = self._clauses(call, allowed=("where", "at", "per", "as of"))
        if clauses is None:
            return UNKNOWN
        source = self.source_of(call)
        if source is None:
            return UNKNOWN
        if clauses.per is not None:
            return self._per_key(call, clauses, source)
        return self._aggregate(call, clauses, source) or UNKNOWN

    # Which source

    def source_of(self, call: syntax.Call) -> str | None:
        """The source whose rows an aggregate is over, named by its first qualified column."""
        found = [*self._mentioned(call)]
        known = [n for n in found if n.parts[0] in self._tables.book.tables]
        if known and (len(known[0].parts) > 1 or known[0] is self._rows_argument(call)):
            return known[0].parts[0]
        qualified = [n for n in known if len(n.parts) > 1]
        if qualified:
            return qualified[0].parts[0]
        inner = [c for a in call.arguments for c in nested_aggregates(a.value)]
        per = any(isinstance(c, syntax.PerClause) for a in call.arguments for c in a.clauses)
        if inner and per:
            return self.source_of(inner[0])
        if self._tables.only is not None:
            return self._tables.only
        self._no_source(call, found, inner)
        return None

    def _mentioned(self, call: syntax.Call) -> Iterator[syntax.Name]:
        for argument in call.arguments:
            yield from names_in(argument.value)
        for argument in call.arguments:
            for clause in argument.clauses:
                if isinstance(clause, syntax.WhereClause):
                    yield from names_in(clause.condition)

    @staticmethod
    def _rows_argument(call: syntax.Call) -> syntax.Name | None:
        """The argument of `count(leads)`: a bare name that may be a source."""
        if call.function in ("count", "exists") and call.arguments:
            value = call.arguments[0].value
            if isinstance(value, syntax.Name):
                return value
        return None

    def _no_source(
        self, call: syntax.Call, found: list[syntax.Name], inner: list[syntax.Call]
    ) -> None:
        if inner:
            self._aggregate_of_aggregate(call, inner[0])
            return
        tables = self._tables.book.tables
        name = found[0] if found else None
        if name is not None and (len(name.parts) > 1 or name is self._rows_argument(call)):
            self._findings.add(
                names.UNKNOWN_SOURCE,
                f"there is no source `{name.parts[0]}`",
                name.spans[0],
                help=did_you_mean(
                    name.parts[0],
                    tables,
                    otherwise=f"there is {name_list(tables)}"
                    if tables
                    else "say under `sources` where its rows are",
                ),
            )
            return
        self._findings.add(
            rules.UNCLEAR_SOURCE,
            f"`{call.function}` does not say which source it is over",
            name.span if name else call.span,
            help=self._qualified_advice(name),
        )

    def _qualified_advice(self, name: syntax.Name | None) -> str:
        having = [
            t.name for t in self._tables.book.tables.values() if name and name.parts[0] in t.columns
        ]
        if name and having:
            written = " or ".join(f"`{h}.{name}`" for h in having[:3])
            return f"write {written}"
        return "name a column with its source: `deals.amount`"

    def _aggregate_of_aggregate(self, call: syntax.Call, inner: syntax.Call) -> None:
        self._findings.add(
            rules.AGGREGATE_OF_AGGREGATE,
            f"`{inner.function}` stands inside `{call.function}`, and over what is not said",
            inner.span,
            help=f"add a key: `{call.function}({inner.span.text} per customer_id)`",
        )

    # The clauses

    def _clauses(self, call: syntax.Call, allowed: tuple[str, ...]) -> Clauses | None:
        found: dict[str, syntax.Clause] = {}
        good = True
        for argument in call.arguments:
            last = argument is call.arguments[-1]
            for clause in argument.clauses:
                word = _CLAUSES[type(clause)]
                problem = advice = None
                if not last:
                    problem = f"`{word}` must follow the last argument of `{call.function}`"
                elif word not in allowed:
                    problem = f"`{call.function}` takes no `{word}` here"
                elif word in found:
                    problem = f"`{word}` stands twice"
                    advice = "join the conditions with `and`" if word == "where" else None
                if problem:
                    good = False
                    self._findings.add(rules.WRONG_CLAUSE, problem, clause.span, help=advice)
                found[word] = clause
        if not good:
            return None
        return Clauses(
            _only(syntax.WhereClause, found),
            _only(syntax.AtClause, found),
            _only(syntax.PerClause, found),
            _only(syntax.AsOfClause, found),
            _only(syntax.OnClause, found),
        )

    def _where(self, clauses: Clauses, scope: RowScope) -> ir.Row | None:
        if clauses.where is None:
            return None
        return scope.expressions.condition(clauses.where.condition, "`where`")

    def _at(self, clauses: Clauses, scope: RowScope) -> ir.Row | None:
        if clauses.at is None:
            return None
        row = scope.name(clauses.at.column)
        if row.type not in TIMES and row.type is not Type.UNKNOWN:
            self._findings.add(
                rules.WRONG_TYPE,
                f"`at` must name a date or a time, found {row.type.words}",
                clauses.at.column.span,
            )
        return row

    def _stock(self, clauses: Clauses, source: str) -> ir.Edge | None:
        if clauses.as_of is None:
            return None
        declared = self._tables.book.tables[source].declared
        if declared.open is None and declared.snapshot is None:
            self._findings.add(
                rules.NOT_A_STOCK,
                f"`{source}` does not say when its rows are open",
                clauses.as_of.span,
                help="give the source `open: {from: …, to: …}` or `snapshot: {per: […]}`",
            )
        return clauses.as_of.edge

    # The aggregate itself

    def _aggregate(self, call: syntax.Call, clauses: Clauses, source: str) -> ir.Aggregate | None:
        scope = self._tables.rows(source)
        where = self._where(clauses, scope)
        at = self._at(clauses, scope)
        stock = self._stock(clauses, source)
        rows = self._rows_argument(call)
        if rows is not None and rows.parts == (source,):
            if clauses.at is not None and at is not None and where is None:
                table = self._tables.book.tables[source]
                check_untimed(call, clauses.at.column, at, table, self._findings)
            return ir.Aggregate(
                "count", source, (), where, at, stock, Type.INTEGER, COUNTED, call.span
            )
        arguments = tuple(
            scope.expressions.check(a.value)
            for a in call.arguments
            if not isinstance(a.value, syntax.Flow)
        )
        given = check_call(
            call.function, self._operands(call, arguments), call.span, self._findings
        )
        if given.type is Type.UNKNOWN or not self._in_time(call, source, at):
            return None
        return ir.Aggregate(
            call.function, source, arguments, where, at, stock, given.type, given.unit, call.span
        )

    def _in_time(self, call: syntax.Call, source: str, at: ir.Row | None) -> bool:
        """`first` and `last` need an order."""
        table = self._tables.book.tables[source]
        if call.function not in ("first", "last") or at is not None or table.time:
            return True
        self._findings.add(
            rules.NO_TIME,
            f"`{call.function}` needs an order, and `{source}` has no `time`",
            call.span,
            help=f"give `{source}` a `time`, or write `at` and a column",
        )
        return False

    @staticmethod
    def _operands(
        call: syntax.Call, arguments: tuple[ir.Row, ...] | tuple[ir.Cell, ...]
    ) -> list[Operand]:
        return [
            Operand(node.type, node.unit, a.value.span, True, node.value)
            if isinstance(node, ir.Constant)
            else Operand(node.type, node.unit, a.value.span)
            for node, a in zip(arguments, call.arguments, strict=False)
        ]

    def _per_key(self, call: syntax.Call, clauses: Clauses, source: str) -> ir.Cell:
        from tallybook.check.cells import InnerScope

        scope = self._tables.rows(source)
        where, at = self._where(clauses, scope), self._at(clauses, scope)
        stock = self._stock(clauses, source)
        keys = tuple(scope.name(k) for k in clauses.per.keys) if clauses.per else ()
        inner_scope = InnerScope(self._tables, source)
        inner = tuple(
            inner_scope.expressions.check(a.value)
            for a in call.arguments
            if not isinstance(a.value, syntax.Flow)
        )
        given = check_call(call.function, self._operands(call, inner), call.span, self._findings)
        if given.type is Type.UNKNOWN or any(k.type is Type.UNKNOWN for k in keys):
            return UNKNOWN
        return ir.PerKey(
            call.function,
            source,
            inner,
            keys,
            where,
            at,
            stock,
            given.type,
            given.unit,
            call.span,
        )

    # Rows of another source

    def linked(self, call: syntax.Call, ours: Table) -> ir.Row:
        """An aggregate of the rows of another source that point to a row of `ours`."""
        clauses = self._clauses(call, allowed=("where", "at", "on"))
        source = self.source_of(call) if clauses else None
        if clauses is None or source is None:
            return UNKNOWN
        if source == ours.name and clauses.on is None:
            self._aggregate_of_aggregate_of(call, ours)
            return UNKNOWN
        keys = self._keys(call, clauses, ours, self._tables.book.tables[source])
        if keys is None:
            return UNKNOWN
        aggregate = self._linked_aggregate(call, clauses, source)
        if aggregate is None:
            return UNKNOWN
        theirs, our_keys = keys
        return ir.Linked(aggregate, theirs, our_keys, aggregate.type, aggregate.unit)

    def _aggregate_of_aggregate_of(self, call: syntax.Call, ours: Table) -> None:
        self._findings.add(
            rules.AGGREGATE_OF_AGGREGATE,
            f"`{call.function}` over `{ours.name}` stands inside an aggregate over `{ours.name}`",
            call.span,
            help=f"add a key: `avg({call.span.text} per customer_id)`",
        )

    def _linked_aggregate(
        self, call: syntax.Call, clauses: Clauses, source: str
    ) -> ir.Aggregate | None:
        named = self._rows_argument(call)
        over_rows = named is not None and (
            len(named.parts) == 1 or named.parts[1] in self._tables.book.tables[source].links
        )
        if call.function != "exists" and not over_rows:
            return self._aggregate(call, clauses, source)
        scope = self._tables.rows(source)
        where, at = self._where(clauses, scope), self._at(clauses, scope)
        count = call.function == "count"
        kind = Type.INTEGER if count else Type.BOOLEAN
        return ir.Aggregate(
            call.function, source, (), where, at, None, kind, COUNTED if count else None, call.span
        )

    def _keys(
        self, call: syntax.Call, clauses: Clauses, ours: Table, theirs: Table
    ) -> tuple[tuple[ir.Row, ...], tuple[ir.Row, ...]] | None:
        if clauses.on is not None:
            left = self._tables.rows(theirs.name).name(clauses.on.left)
            right = self._tables.rows(ours.name).name(clauses.on.right)
            return None if Type.UNKNOWN in (left.type, right.type) else ((left,), (right,))
        link = self._link_between(call, ours, theirs)
        if link is None:
            return None
        our_scope, their_scope = self._tables.rows(ours.name), self._tables.rows(theirs.name)
        return (
            tuple(their_scope.column(c) for c in link.on),
            tuple(our_scope.column(c) for c in link.to_key),
        )

    def _link_between(self, call: syntax.Call, ours: Table, theirs: Table) -> Link | None:
        links = [link for link in theirs.links.values() if link.to == ours.name]
        named = self._rows_argument(call)
        if named is not None and len(named.parts) > 1:
            links = [link for link in links if link.name == named.parts[1]]
        if len(links) == 1:
            return links[0]
        several = name_list(f"{theirs.name}.{link.name}" for link in links)
        self._findings.add(
            rules.NO_LINK,
            f"`{theirs.name}` has {len(links) or 'no'} links to `{ours.name}`",
            call.span,
            help=f"name one: {several}"
            if links
            else f"give `{theirs.name}` a link to `{ours.name}`, or write "
            f"`{call.function}({theirs.name} on their_key = our_key)`",
        )
        return None
