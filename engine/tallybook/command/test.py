"""`tally test`: a book's own tests of its metrics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tallybook.command.files import write_whole
from tallybook.command.options import BookCommand
from tallybook.command.outcome import DONE, FINDINGS, Refusal, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.command.options import Invocation
    from tallybook.declare.model import MetricTest


@click.command(
    "test",
    cls=BookCommand,
    examples="tally test\n"
    "tally test examples/b2b_marketing -k cost_per_lead\n"
    "tally test --junit tests.xml",
)
@click.argument("folder", metavar="[BOOK]", required=False)
@click.option(
    "-k",
    "words",
    multiple=True,
    metavar="WORD",
    help="Only tests with the word in their name, or of the metric; may be repeated.",
)
@click.option("--junit", metavar="FILE", help="Write the outcome as JUnit XML too.")
@click.option("--allow-empty", is_flag=True, help="No test at all is no fault.")
@click.pass_obj
def command(
    at: Invocation,
    folder: str | None,
    *,
    words: tuple[str, ...],
    junit: str | None,
    allow_empty: bool,
) -> None:
    """Compute metrics from the rows that the book's tests give, and compare.

    No data is read, and none needs to be there. What came out otherwise goes to standard error,
    with the value of every part of the formula; as json, github or sarif to standard output.
    """
    from tallybook.testing.run import run_tests

    opened = at.checked(folder, without_data=True)
    tests = _chosen(opened.checked.book.declarations.tests, words, allow_empty=allow_empty)
    outcomes = []
    with at.console.progress("testing") as tell:
        for outcome in run_tests(opened.checked, tests):
            outcomes.append(outcome)
            tell(f"testing, {len(outcomes)} of {len(tests)} done")
    at.console.report(
        [failure for o in outcomes for failure in o.failures],
        to_stdout=at.console.format != "text",
    )
    for outcome in outcomes:
        word = "failed" if outcome.failures else "passed"
        at.console.detail(f"{word}: {outcome.test.name} ({outcome.test.name.span.where()})")
    if junit is not None:
        from tallybook.testing.junit import as_junit

        write_whole(Path(junit), as_junit(outcomes))
    failed = sum(bool(o.failures) for o in outcomes)
    at.console.summary(_summary(len(outcomes), failed), f" -> {junit}" if junit else "")
    click.get_current_context().exit(FINDINGS if failed else DONE)


def _chosen(
    tests: Sequence[MetricTest], words: tuple[str, ...], *, allow_empty: bool
) -> Sequence[MetricTest]:
    """The tests that have one of the words in their name, or expect something of that metric."""
    from tallybook.testing.question import query_of

    chosen = [
        test
        for test in tests
        if not words
        or any(w.lower() in test.name.value.lower() or w in query_of(test).metrics for w in words)
    ]
    if not chosen and not allow_empty:
        if not tests:
            raise Refusal("the book has no tests", "write one under `tests:`")
        raise Refusal(f"none of {plural(len(tests), 'test')} is about {' or '.join(words)}")
    return chosen


def _summary(count: int, failed: int) -> str:
    told = [f"{count - failed} passed"] if failed < count or not count else []
    told += [f"{failed} failed"] if failed else []
    return f"{plural(count, 'test')}: {', '.join(told)}"
