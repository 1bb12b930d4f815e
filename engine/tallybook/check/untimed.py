"""Rows that a metric counts by a time which they may not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.language import ir

if TYPE_CHECKING:
    from tallybook.parse import syntax
    from tallybook.resolve.model import Table
    from tallybook.text.diagnostic import Findings


def check_untimed(
    call: syntax.Call, column: syntax.Name, at: ir.Row, table: Table, findings: Findings
) -> None:
    """A lint on `count(orders at shipped_on)`, which without a period is the count of all orders.

    Not where the column is the source's own time, or is said to be never null.
    """
    if isinstance(at, ir.Column) and not at.links and at.name in (table.time, *_never_null(table)):
        return
    said = column.span.text
    named = said if column.parts[0] == table.name else f"{table.name}.{said}"
    findings.add(
        rules.ROWS_WITHOUT_TIME,
        f"asked for no period, `{call.span.text}` counts rows without `{said}` too",
        call.span,
        help=f"write `count({named} at {said})`, which never does",
    )


def _never_null(table: Table) -> list[str]:
    checks = table.declared.checks
    return [c.value for check in checks if check.kind == "not_null" for c in check.columns]
