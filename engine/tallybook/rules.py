"""Every rule of every stage: what `tally rule` explains and the error reference lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.ask import rules as asking
from tallybook.calendar import rules as calendars
from tallybook.check import rules as checking
from tallybook.declare import rules as declaring
from tallybook.parse import rules as parsing
from tallybook.read import rules as loading
from tallybook.resolve import rules as resolving
from tallybook.tables import rules as tables
from tallybook.testing import rules as testing

if TYPE_CHECKING:
    from tallybook.text.rule import Rule


def all_rules() -> tuple[Rule, ...]:
    """List the rules by id."""
    stages = (
        loading, declaring, parsing, resolving, tables, checking, calendars, asking, testing,
    )  # fmt: skip
    return tuple(sorted((r for s in stages for r in s.RULES), key=lambda rule: rule.id))
