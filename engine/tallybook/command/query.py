"""`tally query`: numbers by period and dimensions."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from tallybook.command.files import whole, write_whole
from tallybook.command.options import BookCommand
from tallybook.command.outcome import Refusal, plural
from tallybook.command.waiting import behind, reading
from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    import polars as pl

    from tallybook.book import Book
    from tallybook.command.options import Invocation

_MOST_ROWS = 2**32 - 1
Format = Literal["table", "csv", "json", "ndjson", "md", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
GRAINS = (
    "day, week, month, quarter, year, fiscal_quarter, fiscal_year, or one of the book's calendar"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the book, and in which order the rows come."""

    metrics: tuple[str, ...]
    by: tuple[str, ...]
    grain: str | None
    start: str | None
    end: str | None
    where: str | None
    as_of: dt.datetime | None
    total: bool
    sort: str | None
    limit: int | None
    funnel: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """What the answer says of each period and member."""
        from tallybook.compute.stages import STAGE_COLUMNS

        return STAGE_COLUMNS if self.funnel is not None else self.metrics


class NameList(click.ParamType[tuple[str, ...], str]):
    """Names, parted by commas."""

    name = "DIM"

    def convert(
        self,
        value: str,
        param: click.Parameter | None,  # noqa: ARG002 - click's signature
        ctx: click.Context | None,  # noqa: ARG002
    ) -> tuple[str, ...]:
        """Split at commas."""
        return tuple(name.strip() for name in value.split(",") if name.strip())


@click.command(
    "query",
    cls=BookCommand,
    examples="tally query leads cost_per_lead --by channel --grain month --from 2024-01-01\n"
    "tally query win_rate --where 'channel = \"email\"' --format json\n"
    "tally query revenue --grain quarter --total --output revenue.csv\n"
    "tally query --funnel digital --by channel --from 2024-01-01",
)
@click.argument("metrics", nargs=-1, metavar="METRIC...")
@click.option("--funnel", metavar="NAME", help="In place of metrics: a row for each stage.")
@click.option("--by", type=NameList(), multiple=True, help="Break down by; may be repeated.")
@click.option("--grain", metavar="GRAIN", help=f"One row per period: {GRAINS}.")
@click.option("--from", "start", metavar="DAY", help="The first day.")
@click.option("--to", "end", metavar="DAY", help="The last day, included.")
@click.option("--where", metavar="COND", help="Only rows meeting a condition over dimensions.")
@click.option("--as-of", metavar="DAY", help="Answer as on this day; else the book's, else now.")
@click.option("--total", is_flag=True, help="Add rows without the breakdown.")
@click.option("--sort", metavar="NAME", help="Order rows by a column; -NAME for descending.")
@click.option(
    "--limit", type=click.IntRange(0, _MOST_ROWS), metavar="N", help="At most this many rows."
)
@click.option("--format", "format_", type=click.Choice(FORMATS), help="By default a table.")
@click.option(
    "-o", "--output", metavar="FILE", help="Write to a file; its ending names the format."
)
@click.option("--allow-empty", is_flag=True, help="An answer without rows is no fault.")
@click.pass_obj
def command(
    at: Invocation,
    /,
    format_: Format | None,
    output: str | None,
    allow_empty: bool,
    by: tuple[tuple[str, ...], ...],
    as_of: str | None,
    metrics: tuple[str, ...],
    total: bool,
    **asked: str | int | None,
) -> None:
    """Compute metrics, by period and by dimensions.

    Of a funnel: how many reached each stage in the period, as a part of the stage before and of
    the first, and how long they stay in it.

    Percent metrics are fractions in csv, json, ndjson and parquet. A period's end is the day
    after its last; --to is the last day.
    """
    from tallybook.ask.query import as_of_instant
    from tallybook.command.answer import written

    if bool(metrics) == (asked["funnel"] is not None):
        raise Refusal(
            "expected one METRIC or more, or `--funnel NAME`", "`tally list` names the metrics"
        )
    shape = _format(format_, output)
    book = at.asked()
    instant = as_of_instant(as_of, book.checked, dt.datetime.now(dt.UTC))
    dimensions = tuple(dict.fromkeys(name for names in by for name in names))
    names = tuple(dict.fromkeys(metrics))
    question = Asked(names, dimensions, as_of=instant, total=total, **asked)  # type: ignore[arg-type] # click's types
    if total and "total" in (*names, *dimensions):
        raise Refusal("`--total` adds a column `total`, and one is there", "ask without `--total`")
    tables = behind(_metrics(question, book), book)
    with at.console.progress(partial(reading, tables, book)):
        frame = _answer(question, book)
    at.tell_lints(book.unclear_times(*_bounds(frame)))
    if frame.is_empty() and not allow_empty:
        raise Refusal("no rows match", "`--allow-empty` makes that no fault")
    if shape == "parquet":
        _write_parquet(frame, output)
    elif output is None:
        click.echo(written(frame, question, shape, book), nl=False, color=True)  # as it is
    else:
        write_whole(Path(output), written(frame, question, shape, book))
    if output is not None:
        at.console.summary(plural(frame.height, "row"), f" -> {output}")


def _metrics(asked: Asked, book: Book) -> tuple[str, ...]:
    """What is computed: the metrics asked for, or those of the funnel's stages."""
    funnel = book.checked.book.funnels.get(asked.funnel or "")
    if funnel is None:
        return asked.metrics
    said = (name for stage in funnel.stages for name in (stage.metric, stage.time))
    return tuple(name.value for name in said if name is not None)


def _bounds(frame: pl.DataFrame) -> tuple[dt.date | None, dt.date | None]:
    """The first day of an answer, and the day after its last; None where it has no bounds."""
    low, high = frame["start"].min(), frame["end"].max()
    return low if isinstance(low, dt.date) else None, high if isinstance(high, dt.date) else None


def _format(said: Format | None, output: str | None) -> Format:
    if said is not None:
        return said
    ending = Path(output).suffix[1:].lower() if output else "table"
    for name in FORMATS:
        if ending == name:
            return name
    raise Refusal(
        f"`{output}` does not say its format", f"add `--format`, one of {', '.join(FORMATS)}"
    )


def _answer(asked: Asked, book: Book) -> pl.DataFrame:
    from tallybook.compute.totals import with_totals

    every = _ask(asked, book)
    found = _limited(_sorted(every, asked), asked)
    return with_totals(found, _total(asked, every, book), asked.by) if asked.total else found


def _ask(asked: Asked, book: Book) -> pl.DataFrame:
    ask = (
        partial(book.query, asked.metrics)
        if asked.funnel is None
        else partial(book.funnel, asked.funnel)
    )
    return ask(
        by=asked.by,
        grain=asked.grain,
        start=asked.start,
        end=asked.end,
        where=asked.where,
        as_of=asked.as_of,
    )


def _total(asked: Asked, found: pl.DataFrame, book: Book) -> pl.DataFrame | None:
    """Every period without the breakdown; where there is none, the whole range as one period."""
    if asked.by:
        return _ask(replace(asked, by=()), book)
    if asked.grain is None or found.is_empty():
        return None
    first, after = found["start"].min(), found["end"].max()
    if not isinstance(first, dt.date) or not isinstance(after, dt.date):
        return None
    last = after - dt.timedelta(days=1)
    start, end = asked.start or first.isoformat(), asked.end or last.isoformat()
    return _ask(replace(asked, grain=None, start=start, end=end), book)


def _sorted(frame: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    if asked.sort is None:
        return frame
    name = asked.sort.removeprefix("-")
    known = ("period", *asked.by, *asked.columns)
    if name not in known:
        raise Refusal(f"cannot sort by `{name}`", f"the answer has {', '.join(known)}")
    by = "start" if name == "period" else name
    return frame.sort(
        by, descending=asked.sort.startswith("-"), nulls_last=True, maintain_order=True
    )


def _limited(frame: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    return frame if asked.limit is None else frame.head(asked.limit)


def _write_parquet(frame: pl.DataFrame, output: str | None) -> None:
    if output is not None:
        with whole(Path(output)) as beside:
            frame.write_parquet(beside)
    elif sys.stdout.isatty():
        raise Refusal("parquet is not for reading", "write it with `--output FILE`")
    else:
        frame.write_parquet(sys.stdout.buffer)
