"""How a run ends: the exit statuses, and which findings lead to which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tallybook.read import rules as loading
from tallybook.tables import rules as tables
from tallybook.text.diagnostic import BookError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.text.diagnostic import Diagnostic

DONE = 0
FINDINGS = 1
USAGE = 2
OUR_FAULT = 101
INTERRUPTED = 130


class Refusal(click.ClickException):
    """A run that cannot do what is asked, for a reason that stands in no file of a book."""

    def __init__(self, message: str, help_: str | None = None) -> None:
        super().__init__(message)
        self.help = help_


_OUT_OF_REACH = (loading.UNREADABLE_FILE, tables.MISSING_FILE)


def exit_status(error: BookError) -> int:
    """The status for what stopped a run.

    A question that cannot be asked is wrong usage; so is, like any file that cannot be reached, a
    book whose only fault is a file that is not there.
    """
    errors = [d for d in error.diagnostics if d.is_error]
    unreachable = bool(errors) and all(d.rule in _OUT_OF_REACH for d in errors)
    return USAGE if isinstance(error, QuestionError) or unreachable else FINDINGS


def unreachable(error: OSError) -> str:
    """What the system says about a file that cannot be reached."""
    reason = (error.strerror or str(error)).lower()
    return f"`{error.filename}`: {reason}" if error.filename else reason


def counted(diagnostics: Sequence[Diagnostic]) -> str:
    """`3 errors, 1 lint`."""
    errors = sum(d.is_error for d in diagnostics)
    lints = len(diagnostics) - errors
    parts = [plural(n, noun) for n, noun in ((errors, "error"), (lints, "lint")) if n]
    return ", ".join(parts) or "no findings"


def plural(number: int, noun: str) -> str:
    """`1 metric`, `2 metrics`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
