"""Row level: columns, links, dimensions and computed columns of one source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.currencies import converted
from tallybook.check.expressions import UNKNOWN, Expressions, constant
from tallybook.language import ir
from tallybook.language.functions import FUNCTIONS
from tallybook.resolve import rules as names
from tallybook.text.diagnostic import did_you_mean, name_list, nearest

if TYPE_CHECKING:
    from tallybook.check.tables import Tables
    from tallybook.language.types import Type
    from tallybook.language.units import Unit
    from tallybook.parse import syntax
    from tallybook.resolve.model import Book, Table
    from tallybook.text.span import Span


class RowScope:
    """Names and calls inside an aggregate over `source`, or in one of its computed columns."""

    def __init__(self, tables: Tables, source: str) -> None:
        self._tables = tables
        self._table = tables.book.tables[source]
        self._findings = tables.findings
        self.expressions: Expressions[ir.Row] = Expressions(self, tables.findings)

    def name(self, name: syntax.Name) -> ir.Row:
        """A column, a linked column, a dimension, a parameter or a bound of the period."""
        parts = list(zip(name.parts, name.spans, strict=True))
        first = name.parts[0]
        own = first in self._table.links or first in self._table.columns
        if name.parts in (("period", "start"), ("period", "end")) and not own:
            if self._tables.is_without_period:
                self._no_period(name)
                return UNKNOWN
            return ir.PeriodBound("start" if name.parts[1] == "start" else "end")
        if len(parts) > 1 and first == self._table.name and first not in self._table.links:
            parts = parts[1:]
        elif len(parts) > 1 and first not in self._table.links:
            self._not_ours(name)
            return UNKNOWN
        return self._follow(parts)

    def column(self, name: str) -> ir.Column:
        """One of the source's own columns, known to be there."""
        kind, unit = self._tables.column_type(self._table.name, name)
        return ir.Column(self._table.name, (), name, kind, unit)

    def _follow(self, parts: list[tuple[str, Span]]) -> ir.Row:
        """From the source through links to a column."""
        table, links = self._table, []
        for word, span in parts[:-1]:
            link = table.links.get(word)
            if link is None:
                self._unknown_link(table, word, span)
                return UNKNOWN
            links.append(word)
            table = self._tables.book.tables[link.to]
        word, span = parts[-1]
        if word in table.columns:
            kind, unit = self._tables.column_type(table.name, word)
            return ir.Column(self._table.name, tuple(links), word, kind, unit)
        if not links:
            return self._bare(word, span)
        self.unknown_column(table, word, span)
        return UNKNOWN

    def _bare(self, word: str, span: Span) -> ir.Row:
        if word in self._table.dimensions:
            return self._tables.dimension(self._table.name, word)
        if word in self._tables.book.parameters:
            return constant(self._tables.book.parameters[word])
        if word in self._tables.book.scopes:
            return self._tables.scope(word, self.expressions, span)
        if word in self._tables.metric_names:
            self._findings.add(
                rules.METRIC_IN_ROW,
                f"`{word}` is a metric; a row of `{self._table.name}` has no such column",
                span,
                help="a metric stands outside the aggregate: `sum(x) * metric`",
            )
            return UNKNOWN
        self.unknown_column(self._table, word, span, f'; a text is written in quotes: `"{word}"`')
        return UNKNOWN

    def call(self, call: syntax.Call) -> ir.Row:
        """An aggregate of another source's rows that are linked to this row."""
        if call.function == "convert":
            return converted(call, self, self._table, self._tables)
        if FUNCTIONS[call.function].kind == "context":
            self._findings.add(
                rules.METRIC_IN_ROW,
                f"`{call.function}` has one value per cell, not one per row",
                call.name_span,
                help="it stands outside aggregates: `prior(sum(deals.amount))`",
            )
            return UNKNOWN
        return self._tables.linked(call, self._table)

    def filter(self, expr: syntax.Filter) -> ir.Row:
        """`where` has no meaning inside an expression over a row."""
        self._findings.add(
            rules.WRONG_CLAUSE,
            "`where` filters an aggregate or a metric, not a row's value",
            expr.condition.span,
            help="write `if(condition, value, null)`",
        )
        return UNKNOWN

    def apply(
        self, function: str, arguments: tuple[ir.Row, ...], kind: Type, unit: Unit | None
    ) -> ir.Row:
        """A scalar call over row values."""
        return ir.RowCall(function, arguments, kind, unit)

    def _no_period(self, name: syntax.Name) -> None:
        bound = ".".join(name.parts)
        self._findings.add(
            rules.NO_PERIOD,
            f"`{bound}` is the bound of what is asked, and this has one value per row",
            name.span,
            help="ask for it inside an aggregate of a metric",
        )

    def _unknown_link(self, table: Table, word: str, span: Span) -> None:
        self._findings.add(
            names.UNKNOWN_LINK,
            f"`{table.name}` has no link `{word}`",
            span,
            help=did_you_mean(
                word,
                table.links,
                otherwise=f"it has {name_list(table.links)}" if table.links else None,
            ),
        )

    def unknown_column(self, table: Table, word: str, span: Span, or_else: str = "") -> None:
        """A finding for a word that is no column of a table, with the nearest that is."""
        if table.unread:  # which columns there are is not known
            return
        known = {*table.columns, *(table.dimensions if table is self._table else ())} - {word}
        self._findings.add(
            names.UNKNOWN_COLUMN,
            f"`{table.name}` has no column `{word}`",
            span,
            help=did_you_mean(word, known, otherwise=f"it has {name_list(known)}{or_else}"),
        )

    def _not_ours(self, name: syntax.Name) -> None:
        first, ours = name.parts[0], self._table
        if first in self._tables.book.tables:
            to = [n for n, link in ours.links.items() if link.to == first]
            advice = (
                f"through the link: `{to[0]}.{name.parts[-1]}`"
                if to
                else "aggregate each source on its own, and combine the results"
            )
            self._findings.add(
                rules.OTHER_SOURCE,
                f"`{name}` is not a column of `{ours.name}`",
                name.span,
                help=advice,
            )
            return
        known = {*ours.links, *self._tables.book.tables}
        self._findings.add(
            names.UNKNOWN_LINK,
            f"`{ours.name}` has no link `{first}`, and there is no source of that name",
            name.spans[0],
            help=did_you_mean(
                first, known, otherwise=f"it has {name_list(ours.links)}" if ours.links else None
            ),
        )


class DimensionScope:
    """Names in a condition over dimensions, not tied to one source."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._findings = tables.findings
        self.used: dict[str, Span] = {}
        self.expressions: Expressions[ir.Row] = Expressions(self, tables.findings)

    def name(self, name: syntax.Name) -> ir.Row:
        """A dimension or a parameter."""
        book = self._tables.book
        word = name.parts[0]
        if len(name.parts) == 1 and word in book.dimension_names():
            self.used.setdefault(word, name.span)
            return ir.DimensionValue(word, self._tables.dimension_type(word))
        if len(name.parts) == 1 and word in book.parameters:
            return constant(book.parameters[word])
        if len(name.parts) == 1 and word in book.scopes:
            return self._tables.scope(word, self.expressions, name.span)
        self._findings.add(
            names.UNKNOWN_DIMENSION,
            f"there is no dimension `{name}`",
            name.span,
            help=dimension_advice(str(name), book, inside=True),
        )
        return UNKNOWN

    def call(self, call: syntax.Call) -> ir.Row:
        """No aggregate has a meaning here."""
        self._findings.add(
            rules.WRONG_CLAUSE,
            f"`{call.function}` cannot stand in a condition over dimensions",
            call.span,
            help="a condition on rows belongs inside an aggregate: `count(x where …)`",
        )
        return UNKNOWN

    def filter(self, expr: syntax.Filter) -> ir.Row:
        """A condition has no condition of its own."""
        self._findings.add(
            rules.WRONG_CLAUSE,
            "a condition takes no `where`",
            expr.condition.span,
            help="join conditions with `and`",
        )
        return UNKNOWN

    def apply(
        self, function: str, arguments: tuple[ir.Row, ...], kind: Type, unit: Unit | None
    ) -> ir.Row:
        """A scalar call over dimensions."""
        return ir.RowCall(function, arguments, kind, unit)


def dimension_advice(name: str, book: Book, *, inside: bool = False) -> str:
    """What to do about a dimension that is not there; `inside` a formula there is one way more."""
    known = book.dimension_names()
    if near := nearest(name, known):
        return f"did you mean `{near}`?"
    source = next((t for t in sorted(book.tables) if name in book.tables[t].columns), None)
    if source is None:
        return f"there is {name_list(known)}" if known else "no source has one"
    listed = f"list the column under the `dimensions` of `{source}`"
    return f"put `where` inside the aggregate, or {listed}" if inside else listed
