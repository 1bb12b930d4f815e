"""Sources made by SQL from other sources, with Polars' own SQL.

The SQL sees the other sources as the book names and types them. Its functions that read files are
refused before it runs: a source made from sources has no need of them, and a book from a stranger
could reach other folders with them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from tallybook.resolve.tables import sql_code
from tallybook.tables import rules
from tallybook.tables.typed import dtype_of
from tallybook.tables.typed_files import types_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.declare import model as declared
    from tallybook.language.types import Type
    from tallybook.resolve.model import Table
    from tallybook.text.diagnostic import Findings

_READS_FILES = re.compile(r"\b(?:read|scan)_\w+", re.IGNORECASE)
_SELECTS = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)


def run_sql(sql: str, frames: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The result of a statement that `derived_types` has let through."""
    return pl.SQLContext(frames=dict(frames)).execute(sql, eager=False)


def derived_types(
    source: declared.Source, tables: Mapping[str, Table], findings: Findings
) -> Mapping[str, Type] | None:
    """The columns that a source's SQL gives; None, with a finding, where it cannot run."""
    if source.sql is None:
        return None
    problem = _refused(source.sql.value)
    if problem is None:
        empty = {name: _empty(table) for name, table in tables.items()}
        try:
            return types_of(run_sql(source.sql.value, empty).collect_schema())
        except pl.exceptions.PolarsError as error:
            problem = str(error).splitlines()[0]
    findings.add(
        rules.WRONG_SQL,
        f"the SQL of `{source.name}` cannot run: {problem}",
        source.sql.span,
        help="it is one `select` over other sources of the book, by their names",
    )
    return None


def _refused(sql: str) -> str | None:
    """Why a statement is not let through, if it is not."""
    code = sql_code(sql)
    reads = _READS_FILES.search(code)
    if reads:
        return f"`{reads.group()}` reads files; give the file a source of its own"
    if not _SELECTS.match(code):
        return "it is not a `select`"
    return None


def _empty(table: Table) -> pl.LazyFrame:
    """A table with no rows, for its columns' types."""
    columns = (c for c in table.columns.values() if not c.absent)
    return pl.LazyFrame(schema={c.name: dtype_of(c.type, c) for c in columns})
