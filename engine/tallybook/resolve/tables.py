"""Sources with their columns, links and dimensions known."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.language.types import NUMBERS, TIMES, Type
from tallybook.language.units import read_unit
from tallybook.parse import syntax
from tallybook.parse.parser import parse
from tallybook.resolve import rules
from tallybook.resolve.model import Column, Dimension, Link, Table
from tallybook.resolve.references import in_dependency_order
from tallybook.resolve.unions import union_parts
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.declare import model as declared
    from tallybook.language.units import Unit
    from tallybook.resolve.model import SchemaReader
    from tallybook.text.diagnostic import Findings

_NO_CODE = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


def resolve_tables(
    sources: tuple[declared.Source, ...],
    declarations: declared.Declarations,
    read_schema: SchemaReader,
    currency: str | None,
    findings: Findings,
) -> dict[str, Table]:
    """Every source as a table. Columns the book does not list are taken as the file has them.

    What only a library declares may be absent: whole sources, and columns of those that are there.
    """
    untouched, inherited = declarations.untouched, declarations.inherited
    tables: dict[str, Table] = {}
    names = frozenset(s.name.value for s in sources)
    for source in _base_first(sources, findings):
        made_of = _made_of(source, names)
        absent = any(tables[t].absent for t in made_of if t in tables)
        if source.name.value in untouched and source.sql is None and not source.union:
            absent = not read_schema.has_data(source)
        in_file: Mapping[str, Type] | None = None
        base = {t: tables[t] for t in made_of if t in tables}
        parts = union_parts(source, names, base, findings)
        if source.union:
            pass  # its columns are what the book declares
        elif not absent and source.sql is not None:
            if not any(table.unread for table in base.values()):
                in_file = read_schema.derived(source, base, findings)
        elif not absent:
            in_file = read_schema(source, findings)
        columns = _columns(source, in_file, inherited, currency, findings)
        tables[source.name.value] = Table(
            source.name.value,
            source,
            columns,
            {},
            _dimensions(source, findings),
            source.time.value if source.time else None,
            tuple(k.value for k in source.key),
            made_of,
            parts,
            absent,
            unread=in_file is None and not absent and not source.union,
        )
    return {name: _linked(table, tables, findings) for name, table in tables.items()}


def sql_code(sql: str) -> str:
    """A statement without its comments and texts; a name in double quotes is still a name."""
    return _NO_CODE.sub(" ", sql)


def _made_of(source: declared.Source, names: frozenset[str]) -> tuple[str, ...]:
    """The other sources that a source's SQL reads, or whose rows it unites."""
    if source.union:
        return tuple(sorted({p.of.value for p in source.union} & names))
    if source.sql is None:
        return ()
    words = set(re.findall(r"\w+", sql_code(source.sql.value)))
    return tuple(sorted((words & names) - {source.name.value}))


def _base_first(
    sources: tuple[declared.Source, ...], findings: Findings
) -> tuple[declared.Source, ...]:
    """The sources so that those made of others come after what they are made of."""
    by_name = {s.name.value: s for s in sources}
    needs = {name: _made_of(s, frozenset(by_name)) for name, s in by_name.items()}
    order, circles = in_dependency_order(needs)
    for circle in circles:
        findings.add(
            rules.CYCLE,
            f"the source `{circle[0]}` is made of itself: "
            + " -> ".join(f"`{name}`" for name in (*circle, circle[0])),
            by_name[circle[0]].name.span,
            help="SQL selects from other sources, and so do the parts of a union",
        )
    return tuple(by_name[name] for name in order)


def _columns(
    source: declared.Source,
    in_file: Mapping[str, Type] | None,
    inherited: frozenset[tuple[str, str]],
    currency: str | None,
    findings: Findings,
) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    taken = {c.from_.value if c.from_ else c.name.value for c in source.columns}
    for name, kind in (in_file or {}).items():
        if name not in taken:
            columns[name] = Column(name, kind, None, name)
    for column in source.columns:
        name = column.name.value
        if (source.name.value, name) in inherited and _is_absent(column, in_file):
            kind = Type(column.type.kind) if column.type else Type.UNKNOWN
            columns[name] = Column(name, kind, _unit(column, currency), None, column, absent=True)
        else:
            columns[name] = _declared_column(source, column, in_file, currency, findings)
    return columns


def _is_absent(column: declared.Column, in_file: Mapping[str, Type] | None) -> bool:
    there = column.from_.value if column.from_ else column.name.value
    return in_file is not None and column.formula is None and there not in in_file


def _declared_column(
    source: declared.Source,
    column: declared.Column,
    in_file: Mapping[str, Type] | None,
    currency: str | None,
    findings: Findings,
) -> Column:
    name = column.name.value
    unit = _unit(column, currency)
    said = Type(column.type.kind) if column.type else None
    if column.formula is not None:
        formula = parse(column.formula.span, findings)
        return Column(name, said or Type.UNKNOWN, unit, None, column, formula)
    there = column.from_.value if column.from_ else name
    if in_file is None:  # the file could not be read, which is a finding already
        return Column(name, said or Type.UNKNOWN, unit, there, column)
    if there not in in_file:
        _missing_column(source, column, in_file, findings)
        return Column(name, said or Type.UNKNOWN, unit, there, column)
    return Column(name, said or _mapped(column, in_file[there]), unit, there, column)


def _mapped(column: declared.Column, kind: Type) -> Type:
    return Type.STRING if column.map or column.clean else kind


def _missing_column(
    source: declared.Source,
    column: declared.Column,
    in_file: Mapping[str, Type],
    findings: Findings,
) -> None:
    said = column.from_ or column.name
    findings.add(
        rules.MISSING_COLUMN,
        f"the data of `{source.name}` has no column `{said.value}`",
        said.span,
        help=did_you_mean(
            said.value, in_file, otherwise=f"it has {name_list(in_file)}; say which with `from:`"
        ),
    )


def _unit(column: declared.Column, currency: str | None) -> Unit | None:
    if column.unit is None:
        return None
    read = read_unit(column.unit.value, currency)
    return read.unit if read else None


def _dimensions(source: declared.Source, findings: Findings) -> dict[str, Dimension]:
    dimensions = {}
    for dimension in source.dimensions:
        formula = dimension.of or (dimension.bands.of if dimension.bands else None)
        name = dimension.name.value
        if formula is None:
            own = syntax.Name((name,), (dimension.name.span,))
            dimensions[name] = Dimension(name, dimension, own)
        elif (of := parse(formula.span, findings)) is not None:
            dimensions[name] = Dimension(name, dimension, of)
    return dimensions


def _linked(table: Table, tables: Mapping[str, Table], findings: Findings) -> Table:
    """The table with its links, and its time and key columns, looked up."""
    source = table.declared
    _check_time(table, findings)
    for key in source.key:
        _known(table, key, findings)
    links = {}
    for link in source.links:
        found = _link(table, link, tables, findings)
        if found:
            links[found.name] = found
    return replace(table, links=links)


def _check_time(table: Table, findings: Findings) -> None:
    said = table.declared.time
    if said is None or not _known(table, said, findings):
        return
    kind = table.columns[said.value].type
    if kind not in TIMES and kind is not Type.UNKNOWN:
        times = [c.name for c in table.columns.values() if c.type in TIMES]
        advice = f"a column with dates is {name_list(times)}" if times else None
        number = f"; give it a type: `columns: {{{said.value}: date}}`"
        findings.add(
            rules.WRONG_TIME,
            f"`time` must be a date or a time, found {kind.words} in `{table.name}.{said.value}`",
            said.span,
            help=advice or f"its values are not ISO dates{'' if kind in NUMBERS else number}",
        )


def _known(table: Table, column: declared.Text, findings: Findings) -> bool:
    if column.value in table.columns:
        return True
    if table.unread:
        return False
    findings.add(
        rules.UNKNOWN_COLUMN,
        f"`{table.name}` has no column `{column.value}`",
        column.span,
        help=did_you_mean(
            column.value, table.columns, otherwise=f"it has {name_list(table.columns)}"
        ),
    )
    return False


def _link(
    table: Table, link: declared.Link, tables: Mapping[str, Table], findings: Findings
) -> Link | None:
    far = tables.get(link.to.value)
    if far is None:
        findings.add(
            rules.UNKNOWN_SOURCE,
            f"there is no source `{link.to.value}`",
            link.to.span,
            help=did_you_mean(link.to.value, tables, otherwise=f"there is {name_list(tables)}"),
        )
        return None
    known = [_known(table, column, findings) for column in link.on]
    known += [_known(far, column, findings) for column in link.to_key]
    to_key = tuple(k.value for k in link.to_key) or far.key
    if len(to_key) != len(link.on):
        findings.add(
            rules.NO_KEY,
            f"`{link.name}` goes by {_counted(len(link.on))} to `{far.name}`, whose key has "
            f"{_counted(len(to_key))}"
            if to_key
            else f"`{link.name}` leads to `{far.name}`, which has no key",
            link.to.span,
            help=f"give `{far.name}` a `key`, or the link a `to_key`",
        )
        return None
    if not all(known):
        return None
    return Link(link.name.value, far.name, tuple(c.value for c in link.on), to_key)


def _counted(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"
