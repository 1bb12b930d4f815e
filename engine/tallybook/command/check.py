"""`tally check`: every finding of a book in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tallybook.command.options import BookCommand
from tallybook.command.outcome import DONE, FINDINGS, counted, exit_status, plural
from tallybook.text.diagnostic import BookError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tallybook.command.options import Invocation
    from tallybook.text.diagnostic import Diagnostic


@click.command(
    "check",
    cls=BookCommand,
    examples="tally check\n"
    "tally check examples/b2b_marketing --strict\n"
    "tally check --output-format sarif > findings.sarif",
)
@click.argument("folder", metavar="[BOOK]", required=False)
@click.pass_obj
def command(at: Invocation, folder: str | None) -> None:
    """Find every mistake in a book: YAML, names, types, units, circles.

    Of the data, only the headers of the files are read. Findings go to standard error; as json,
    github or sarif they are the result, and go to standard output.
    """
    status = DONE
    try:
        opened = at.checked(folder)
    except QuestionError:
        raise
    except BookError as error:
        diagnostics: Sequence[Diagnostic] = error.diagnostics
        status, checked = exit_status(error), ""
    else:
        diagnostics = opened.diagnostics
        checked = _extent(opened.checked.tables, opened.checked.metrics)
        if at.strict and diagnostics:
            status = FINDINGS
    at.console.report(diagnostics, to_stdout=at.console.format != "text")
    at.console.summary(f"{checked}{counted(diagnostics)}")
    click.get_current_context().exit(status)


def _extent(sources: Collection[str], metrics: Collection[str]) -> str:
    return f"{plural(len(metrics), 'metric')}, {plural(len(sources), 'source')}: "
