"""`tally check`: every finding of a book in one run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from tallybook.command.options import BookCommand
from tallybook.command.outcome import DONE, FINDINGS, counted, exit_status, plural
from tallybook.command.waiting import reading
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
@click.option("--data", "with_data", is_flag=True, help="Read the data too: types, keys, checks.")
@click.pass_obj
def command(at: Invocation, folder: str | None, *, with_data: bool) -> None:
    """Find every mistake in a book: YAML, names, types, units, circles.

    Of the data, only the headers of the files are read, unless --data says otherwise. Findings go
    to standard error; as json, github or sarif they are the result, and go to standard output.
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
        if with_data:
            diagnostics = (*diagnostics, *_of_data(at, folder))
        if any(d.is_error or at.strict for d in diagnostics):
            status = FINDINGS
    at.console.report(diagnostics, to_stdout=at.console.format != "text")
    at.console.summary(f"{checked}{counted(diagnostics)}")
    click.get_current_context().exit(status)


def _of_data(at: Invocation, folder: str | None) -> Sequence[Diagnostic]:
    from tallybook.book import open_book

    book = open_book(at.root(folder), parameters=at.parameters)
    there = [name for name, table in book.checked.tables.items() if not table.table.absent]
    with at.console.progress(partial(reading, there, book)):
        return book.check_data()


def _extent(sources: Collection[str], metrics: Collection[str]) -> str:
    return f"{plural(len(metrics), 'metric')}, {plural(len(sources), 'source')}: "
