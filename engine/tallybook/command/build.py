"""`tally build`: scorecards as files, and a page that leads to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tallybook.command.editions import Wanted, editions, latest
from tallybook.command.files import write_whole
from tallybook.command.options import BookCommand
from tallybook.command.outcome import plural
from tallybook.command.site import FORMATS, HISTORY, INDEX, Format, Site, spoken
from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tallybook.book import Book
    from tallybook.command.console import Console
    from tallybook.command.editions import Edition
    from tallybook.command.options import Invocation
    from tallybook.judge.history import Past

BUILD = "build"  # where pages are written to, if nothing else is said


class FormatList(click.ParamType[tuple[Format, ...], str]):
    """Formats, parted by commas."""

    name = "F,F"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Format, ...]:
        """Split at commas; every part is a format."""
        said = [part.strip() for part in value.split(",") if part.strip()]
        if unknown := [part for part in said if part not in FORMATS]:
            self.fail(f"`{unknown[0]}` is none of {', '.join(FORMATS)}", param, ctx)
        return tuple(name for name in FORMATS if name in said)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of a book: which pages, in which formats and languages."""

    wanted: Wanted
    formats: tuple[Format, ...]
    locales: tuple[str, ...]
    as_parts: bool = False

    def site(self, book: Book, console: Console, past: Past | None = None) -> Site:
        """The files, computed and not written yet; `past` is what earlier pages showed."""
        tags = spoken(self.locales, book)
        made = editions(book, self.wanted, console, past)
        return Site(book, made, self.formats, tags, self.as_parts)


_ASKED = (
    click.argument("scorecards", nargs=-1, metavar="[SCORECARD...]"),
    click.option(
        "--format", "formats", type=FormatList(), default="html", help=f"Of {', '.join(FORMATS)}."
    ),
    click.option("--locale", "locales", multiple=True, help="Or `all`; by default the book's."),
    click.option(
        "--period", "periods", multiple=True, metavar="P", help="Pages of this period; repeatable."
    ),
    click.option("--as-of", metavar="DAY", help="As on this day; else the book's, else now."),
    click.option("--where", metavar="COND", help="Only rows meeting a condition over dimensions."),
    click.option("--for-each", metavar="DIM", help="One more page for each member."),
)


def asks_for_pages(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments that say which pages are wanted; `order` makes sense of them."""
    for option in reversed(_ASKED):
        command = option(command)
    return command


def order(
    scorecards: tuple[str, ...],
    formats: tuple[Format, ...],
    locales: tuple[str, ...],
    periods: tuple[str, ...],
    as_of: str | None,
    where: str | None,
    for_each: str | None,
) -> Order:
    """What the arguments of `asks_for_pages` ask for."""
    return Order(Wanted(scorecards, periods, as_of, where, for_each), formats, locales)


@click.command(
    "build",
    cls=BookCommand,
    examples="tally build\n"
    "tally build marketing --format html,md --output public\n"
    "tally build --as-of 2024-07-01 --set arpa_months=24\n"
    "tally build --period 2024-04 --period 2024-05 --period 2024-06",
)
@asks_for_pages
@click.option("-o", "--output", default=BUILD, metavar="DIR", help="Where to; by default build/.")
@click.option("--fragment", is_flag=True, help="HTML for other pages to hold: no header, no index.")
@click.option("--history", metavar="FILE", help=f"What pages showed before; else DIR/{HISTORY}.")
@click.option("--no-history", "forgets", is_flag=True, help="Compare with no page, keep nothing.")
@click.pass_obj
def command(
    at: Invocation,
    /,
    *,
    output: str,
    fragment: bool,
    history: str | None,
    forgets: bool,
    **asked: Any,
) -> None:
    """Compute scorecards and write them, with an index.html that leads to them.

    Without a name, all scorecards of the book are built. Nothing is written unless all of them can
    be. The same book, data and day give the same files. What was shown is added to a file beside
    them, and pages tell which definitions, and which past values, are others since.
    """
    from tallybook.command.history import keep, read_history

    folder = Path(output)
    kept = None if forgets else Path(history) if history else folder / HISTORY
    past = read_history(kept, at.console) if kept else None
    wanted = replace(order(**asked), as_parts=fragment)
    book = at.asked()
    site = wanted.site(book, at.console, past)
    days = [day for e in site.editions for day in (e.card.period.start, e.card.period.end)]
    at.tell_lints(book.unclear_times(min(days, default=None), max(days, default=None)))
    with at.console.progress("writing pages") as tell:
        written = write_site(site, folder, tell)
        if kept:
            keep(kept, (record for edition in site.editions for record in edition.built.records))
    for edition in latest(site.editions):
        at.console.step_summary(edition.built.to_markdown(site.locales[0]))
    last = INDEX if INDEX in written else written[0]
    at.console.summary(told(site.editions), f" -> {(folder / last).as_posix()}")


def write_site(site: Site, folder: Path, tell: Callable[[str], None] | None = None) -> list[str]:
    """All files into a folder, none of them before all can be written; their names.

    `tell` takes what is being done, for people who wait.
    """
    made = site.files()
    files: dict[str, str | bytes] = {}
    for name, content in made.items():
        files[name] = content()
        if tell is not None:
            tell(f"writing pages, {len(files)} of {len(made)} done")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_whole(folder / name, text)
    return list(files)


def told(made: Sequence[Edition]) -> str:
    """`12 KPIs: 5 on track, 4 watch, 2 off track, 1 no data`; each in its last period, once."""
    from tallybook.judge.model import Status, headlines

    counts: Counter[Status] = Counter()
    for edition in latest(made):
        counts.update(tile.status for tile in headlines(edition.card.sections))
    parts = [f"{counts[s]} {s.value.replace('_', ' ')}" for s in Status if counts[s]]
    return f"{plural(counts.total(), 'KPI')}: {', '.join(parts) or 'none'}"
