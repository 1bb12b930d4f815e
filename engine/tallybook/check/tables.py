"""What expressions over rows may refer to: computed columns and dimensions, checked when needed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.absences import absences_of_row, absences_of_union
from tallybook.check.aggregates import Aggregates
from tallybook.check.expressions import UNKNOWN
from tallybook.check.model import CheckedTable
from tallybook.check.rows import RowScope
from tallybook.check.size import not_too_large
from tallybook.check.source_checks import MustHold, source_checks
from tallybook.check.unions import union_rows, without_circles
from tallybook.language import ir
from tallybook.language.types import Type, unify
from tallybook.parse import syntax
from tallybook.resolve import rules as names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tallybook.check.expressions import Expressions
    from tallybook.check.source_checks import SourceCheck
    from tallybook.language.units import Unit
    from tallybook.resolve.model import Book, Dimension, Table
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span


class Tables:
    """The tables of a book with the parts that are formulas checked on demand, each once."""

    def __init__(self, book: Book, findings: Findings, only: str | None = None) -> None:
        """Take `only` as the source of every name that does not say one."""
        self.book = book
        self.only = only
        self.findings = findings
        self.metric_names = frozenset(m.name.value for m in book.declarations.metrics)
        self.aggregates = Aggregates(self)
        self._scopes: dict[str, RowScope] = {}
        self._computed: dict[tuple[str, str], ir.Row] = {}
        self._dimensions: dict[tuple[str, str], ir.Row] = {}
        self._conditions: dict[tuple[str, Expressions[ir.Row]], ir.Row] = {}
        self._open: list[tuple[str, str]] = []

    @property
    def is_without_period(self) -> bool:
        """Whether what is being checked belongs to rows, and not to a question about them."""
        return any(kind != "scope" for kind, _ in self._open)

    @contextmanager
    def of_rows(self, source: str) -> Iterator[None]:
        """While something of a source is checked that has one value per row."""
        self._open.append(("", source))
        yield
        self._open.pop()

    def rows(self, source: str) -> RowScope:
        """The row scope of a source."""
        if source not in self._scopes:
            self._scopes[source] = RowScope(self, source)
        return self._scopes[source]

    def scope(self, name: str, expressions: Expressions[ir.Row], span: Span) -> ir.Row:
        """A named condition, checked where it is used: its names are those of that place."""
        if ("scope", name) in self._open:
            self.findings.add(
                names.CYCLE,
                f"the scope `{name}` is made of itself",
                span,
                help="a scope cannot refer to itself, nor two to each other",
            )
            return UNKNOWN
        key = (name, expressions)
        if key not in self._conditions:
            self._open.append(("scope", name))
            self._conditions[key] = self._checked(name, expressions, self.book.scopes[name])
            self._open.pop()
        return self._conditions[key]

    def linked(self, call: syntax.Call, ours: Table) -> ir.Row:
        """An aggregate of linked rows inside an expression over a row of `ours`."""
        return self.aggregates.linked(call, ours)

    def column_type(self, source: str, name: str) -> tuple[Type, Unit | None]:
        """Type and unit of a column; a computed one is checked first."""
        column = self.book.tables[source].columns[name]
        if not column.is_computed:
            return column.type, column.unit
        found = self.computed(source, name)
        return found.type, column.unit or found.unit

    def computed(self, source: str, name: str) -> ir.Row:
        """The expression behind a computed column."""
        column = self.book.tables[source].columns[name]
        if column.formula is None:
            return UNKNOWN
        return self._once(self._computed, (source, name), column.formula)

    def dimension(self, source: str, name: str) -> ir.Row:
        """The expression behind a dimension of a source."""
        dimension = self.book.tables[source].dimensions[name]
        key = (source, name)
        if key not in self._dimensions:
            row = self._once(self._dimensions, key, dimension.of)
            self._dimensions[key] = _banded(row, dimension)
        return self._dimensions[key]

    def _once(
        self,
        done: dict[tuple[str, str], ir.Row],
        key: tuple[str, str],
        formula: syntax.Expr,
    ) -> ir.Row:
        if key in done:
            return done[key]
        table = self.book.tables[key[0]]
        if key in self._open and done is self._dimensions and table.unread:
            return UNKNOWN  # the name may be that of a column which nobody could read
        if key in self._open and formula == syntax.Name((key[1],), (formula.span,)):
            self.rows(key[0]).unknown_column(table, key[1], formula.span)
            return UNKNOWN
        if key in self._open:
            self.findings.add(
                names.CYCLE,
                f"`{key[0]}.{key[1]}` is made of itself",
                formula.span,
                help="a computed column cannot refer to itself, nor two to each other",
            )
            return UNKNOWN
        self._open.append(key)
        name = f"{key[0]}.{key[1]}"
        done[key] = self._checked(name, self.rows(key[0]).expressions, formula)
        self._open.pop()
        return done[key]

    def _checked(self, name: str, expressions: Expressions[ir.Row], formula: syntax.Expr) -> ir.Row:
        row = expressions.check(formula)
        return row if self.holds(row, name, formula.span) else UNKNOWN

    def holds(self, node: ir.Row | ir.Cell, name: str, span: Span) -> bool:
        """Whether a formula is not too large for this book; a finding where it is."""
        return not_too_large(node, name, span, self._behind, self.findings)

    def _behind(self, column: ir.Column) -> ir.Row | None:
        table = self.book.tables[column.source]
        for link in column.links:
            table = self.book.tables[table.links[link].to]
        return self._computed.get((table.name, column.name))

    def dimension_type(self, name: str) -> Type:
        """The one type that a dimension has in all sources that offer it."""
        kind = Type.NULL
        for table in self.book.tables.values():
            if name in table.dimensions:
                both = unify(kind, self.dimension(table.name, name).type)
                kind = Type.UNKNOWN if both is None else both
        return Type.STRING if kind is Type.NULL else kind

    def checked(self) -> dict[str, CheckedTable]:
        """Every table with all of its computed columns and dimensions checked."""
        tables = {}
        for table in self.book.tables.values():
            computed = {
                c.name: self.computed(table.name, c.name)
                for c in table.columns.values()
                if c.is_computed
            }
            dimensions = {name: self.dimension(table.name, name) for name in table.dimensions}
            with self.of_rows(table.name):
                checks = source_checks(table, self, self.findings)
                union = union_rows(table, self, self.findings)
            self._check_keys(table)
            tables[table.name] = CheckedTable(table, computed, dimensions, checks, union)
        tables = without_circles(tables, self.findings)
        self._check_shared_types()
        return {name: _with_what_is_there(table, tables) for name, table in tables.items()}

    def _check_keys(self, table: Table) -> None:
        """A finding for a link by a computed column that is looked up itself."""
        for link in table.declared.links:
            for key in link.on:
                column = table.columns.get(key.value)
                if column is None or not column.is_computed:
                    continue
                if self._is_looked_up(self.computed(table.name, column.name)):
                    self.findings.add(
                        names.NO_KEY,
                        f"`{link.name}` goes by `{key}`, which is looked up in another source",
                        key.span,
                        help="a link goes by columns of its own source",
                    )

    def _is_looked_up(self, row: ir.Row) -> bool:
        match row:
            case ir.Column(links=(), source=source, name=name):
                computed = self.book.tables[source].columns[name].is_computed
                return computed and self._is_looked_up(self.computed(source, name))
            case ir.RowCall(arguments=arguments):
                return any(self._is_looked_up(a) for a in arguments)
            case ir.Column() | ir.Linked() | ir.Rate():
                return True
            case ir.Constant() | ir.DimensionValue() | ir.PeriodBound():
                return False

    def _check_shared_types(self) -> None:
        first: dict[str, tuple[Type, str]] = {}
        for table in self.book.tables.values():
            for name, dimension in table.dimensions.items():
                kind = self.dimension(table.name, name).type
                if Type.UNKNOWN is kind:
                    continue
                before, where = first.setdefault(name, (kind, table.name))
                if unify(before, kind) is None:
                    self.findings.add(
                        rules.WRONG_TYPE,
                        f"the dimension `{name}` is {before.words} in `{where}` and {kind.words} "
                        f"in `{table.name}`",
                        dimension.declared.name.span,
                        help="sources share a dimension when its values can be equal",
                    )


def _with_what_is_there(checked: CheckedTable, tables: Mapping[str, CheckedTable]) -> CheckedTable:
    """The table without the dimensions that would be looked up in an absent source."""
    there = {
        name: row for name, row in checked.dimensions.items() if not absences_of_row(row, tables)
    }
    checks = tuple(c for c in checked.checks if not _asks_for_absent(c, tables))
    return replace(
        checked, table=_without_computed(checked, tables), dimensions=there, checks=checks
    )


def _without_computed(checked: CheckedTable, tables: Mapping[str, CheckedTable]) -> Table:
    """The table with the columns marked absent that are made of absent ones."""
    gone = {n for n, row in checked.computed.items() if absences_of_row(row, tables)}
    gone |= {n for n in checked.table.columns if any(absences_of_union(n, checked, tables))}
    columns = checked.table.columns
    return replace(
        checked.table,
        columns={n: replace(c, absent=True) if n in gone else c for n, c in columns.items()},
    )


def _asks_for_absent(check: SourceCheck, tables: Mapping[str, CheckedTable]) -> bool:
    rows = (check.condition,) if isinstance(check, MustHold) else check.columns
    return any(absences_of_row(row, tables) for row in rows)


def _banded(row: ir.Row, dimension: Dimension) -> ir.Row:
    """A number cut into named ranges, where the dimension declares bands."""
    bands = dimension.declared.bands
    if bands is None or row.type is Type.UNKNOWN:
        return row
    *names, highest = bands.names
    result: ir.Row = ir.Constant(highest, Type.STRING)
    for edge, label in reversed(list(zip(bands.at, names, strict=True))):
        limit = ir.Constant(edge, Type.FLOAT if isinstance(edge, float) else Type.INTEGER)
        below = ir.RowCall("<", (row, limit), Type.BOOLEAN)
        result = ir.RowCall("if", (below, ir.Constant(label, Type.STRING), result), Type.STRING)
    known = ir.RowCall("not", (ir.RowCall("is_null", (row,), Type.BOOLEAN),), Type.BOOLEAN)
    nothing = ir.Constant(None, Type.NULL)
    return ir.RowCall("if", (known, result, nothing), Type.STRING)
