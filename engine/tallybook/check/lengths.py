"""Lengths of time that sources declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.parse.lengths import read_length

if TYPE_CHECKING:
    from tallybook.resolve.model import Book
    from tallybook.text.diagnostic import Findings


def check_lengths(book: Book, findings: Findings) -> None:
    """How old the newest row of a source may be, and how long a balance holds."""
    for table in book.tables.values():
        said = table.declared.fresh_within
        expires = table.declared.snapshot.expires if table.declared.snapshot else None
        for length in (said, expires):
            if length is not None and read_length(length.value) is None:
                findings.add(
                    rules.WRONG_LENGTH,
                    f"expected a length of time, found `{length}`",
                    length.span,
                    help="for example `2 days`",
                )
        if said is not None and table.time is None:
            findings.add(
                rules.NO_TIME,
                f"`{table.name}` has no `time`, so how old its rows are is not known",
                said.span,
                help="say which column: `time: created_at`",
            )
