"""`tally explain`: how a number is made, stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import click

from tallybook.command.options import BookCommand
from tallybook.command.outcome import Refusal
from tallybook.command.query import GRAINS
from tallybook.text.diagnostic import did_you_mean

if TYPE_CHECKING:
    from tallybook.ask.query import Query
    from tallybook.book import Book
    from tallybook.command.options import Invocation

Stage = Literal["ast", "ir", "plan", "polars"]
STAGES: tuple[Stage, ...] = get_args(Stage)


@click.command(
    "explain",
    cls=BookCommand,
    examples="tally explain cost_per_lead\n"
    "tally explain cost_per_lead --stage plan --grain month --by channel",
)
@click.argument("metric")
@click.option("--stage", type=click.Choice(STAGES), default="ir", help="By default ir.")
@click.option("--by", multiple=True, metavar="DIM", help="For plan and polars: the breakdown.")
@click.option("--grain", type=click.Choice(GRAINS), help="For plan and polars.")
@click.option("--from", "start", metavar="DAY", help="For plan and polars: the first day.")
@click.option("--to", "end", metavar="DAY", help="For plan and polars: the last day.")
@click.option("--where", metavar="COND", help="For plan and polars: the condition.")
@click.option("--as-of", metavar="DAY", help="For plan and polars: the day of the question.")
@click.pass_obj
def command(
    at: Invocation,
    /,
    metric: str,
    stage: Stage,
    by: tuple[str, ...],
    as_of: str | None,
    **asked: str | None,
) -> None:
    """Print how a metric is understood and computed.

    The stages: ast is the formula as read, ir is what it means, with types and units, plan is what
    is read and computed to answer a question, polars is the query that runs.
    """
    from tallybook.ask.query import Query

    book = at.open_told()
    if metric not in book.metrics:
        advice = did_you_mean(metric, book.metrics, otherwise="`tally list` names them")
        raise Refusal(f"there is no metric `{metric}`", advice)
    query = Query((metric,), by, **asked)
    click.echo(_stage(stage, metric, query, as_of, book), nl=False)


def _stage(stage: Stage, metric: str, query: Query, as_of: str | None, book: Book) -> str:
    from tallybook.explain.meaning import meaning
    from tallybook.explain.planned import planned
    from tallybook.explain.tree import drawn
    from tallybook.explain.written import written

    found = book.checked.metrics[metric]
    match stage:
        case "ast":
            return drawn(written(found.metric.formula))
        case "ir":
            return drawn(meaning(found.cell))
        case "plan":
            return drawn(planned(book.plan(query, as_of=as_of)))
        case "polars":
            frame = book.query(
                metric,
                by=query.by,
                grain=query.grain,
                start=query.start,
                end=query.end,
                where=query.where,
                as_of=as_of,
                lazy=True,
            )
            return frame.explain() + "\n"
