"""`tally explain`: how a number is made, stage by stage."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from tallybook.command.files import whole
from tallybook.command.options import BookCommand
from tallybook.command.outcome import Refusal
from tallybook.command.query import GRAINS
from tallybook.command.waiting import behind, reading
from tallybook.text.diagnostic import did_you_mean
from tallybook.text.excerpt import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from tallybook.book import Book
    from tallybook.check.model import Checked, CheckedMetric
    from tallybook.command.options import Invocation

Stage = Literal["ast", "ir", "plan", "polars"]
STAGES: tuple[Stage, ...] = get_args(Stage)


@click.command(
    "explain",
    cls=BookCommand,
    examples="tally explain cost_per_lead\n"
    "tally explain cost_per_lead --period 2024-05 --where 'channel = \"email\"'\n"
    "tally explain cost_per_lead --stage plan --grain month --by channel",
)
@click.argument("metric")
@click.option("--stage", type=click.Choice(STAGES), default="ir", help="By default ir.")
@click.option("--by", multiple=True, metavar="DIM", help="For plan and polars: the breakdown.")
@click.option("--grain", metavar="GRAIN", help=f"For plan and polars: {GRAINS}.")
@click.option("--from", "start", metavar="DAY", help="For plan and polars: the first day.")
@click.option("--to", "end", metavar="DAY", help="For plan and polars: the last day.")
@click.option("--where", metavar="COND", help="For plan and polars: the condition.")
@click.option("--period", metavar="PERIOD", help="Take the number of one period apart.")
@click.option(
    "--rows",
    metavar="FILE",
    help="With --period: write the rows behind the number (.csv or .parquet), a file per source.",
)
@click.option("--as-of", metavar="DAY", help="For plan and polars: the day of the question.")
@click.pass_obj
def command(
    at: Invocation,
    /,
    metric: str,
    stage: Stage,
    by: tuple[str, ...],
    period: str | None,
    rows: str | None,
    as_of: str | None,
    **asked: str | None,
) -> None:
    """Print how a metric is understood and computed.

    With --period, the value of every part of its formula in that period, and how many rows are
    behind it.

    The stages: ast is the formula as read, ir is what it means, with types and units, plan is what
    is read and computed to answer a question, polars is the query that runs.
    """
    if period is not None:
        if by or asked["grain"] or asked["start"] or asked["end"]:
            raise click.UsageError("--period says the range; only --where and --as-of go with it")
        book = at.asked()
        _metric(metric, book.checked)
        with at.console.progress(partial(reading, behind([metric], book), book)):
            text = book.explain(metric, period, where=asked["where"], as_of=as_of)
        click.echo(harmless(text), nl=False)
        if rows is not None:
            frames = book.rows_behind(metric, period, where=asked["where"], as_of=as_of)
            for path in _write_rows(frames, Path(rows)):
                at.console.summary("rows", f" -> {path}")
        return
    if rows is not None:
        raise click.UsageError("--rows goes with --period")
    if stage in ("ast", "ir"):
        if by or as_of or any(asked.values()):
            raise click.UsageError(f"stage {stage} is the same for every question")
        text = _understood(stage, _metric(metric, at.described()))
    else:
        book = at.asked()
        _metric(metric, book.checked)
        text = _computed(stage, metric, {"by": by, "as_of": as_of, **asked}, book)
    click.echo(harmless(text), nl=False)


def _write_rows(frames: Mapping[str, pl.DataFrame], path: Path) -> Iterator[Path]:
    """One file per source; its name in the file's where there are several."""
    if path.suffix not in (".csv", ".parquet"):
        raise Refusal(f"rows are written as .csv or .parquet, not as `{path.suffix or path}`")
    for source, frame in frames.items():
        place = path if len(frames) == 1 else path.with_stem(f"{path.stem}-{source}")
        with whole(place) as beside:
            if path.suffix == ".csv":
                frame.write_csv(beside)
            else:
                frame.write_parquet(beside)
        yield place


def _metric(name: str, checked: Checked) -> CheckedMetric:
    if name not in checked.metrics:
        advice = did_you_mean(name, checked.metrics, otherwise="`tally list` names them")
        raise Refusal(f"there is no metric `{name}`", advice)
    return checked.metrics[name]


def _understood(stage: Stage, metric: CheckedMetric) -> str:
    from tallybook.explain.meaning import meaning
    from tallybook.explain.tree import drawn
    from tallybook.explain.written import written

    return drawn(written(metric.metric.formula) if stage == "ast" else meaning(metric.cell))


def _computed(stage: Stage, metric: str, asked: dict[str, Any], book: Book) -> str:
    from tallybook.ask.query import Query
    from tallybook.compute.run import engine_for
    from tallybook.explain.planned import planned
    from tallybook.explain.tree import drawn

    if stage == "polars":
        return book.query(metric, lazy=True, **asked).explain() + "\n"
    as_of = asked.pop("as_of")
    plan = book.plan(Query((metric,), **asked), as_of=as_of)
    return drawn(planned(plan, engine_for(plan, book.reader)))
