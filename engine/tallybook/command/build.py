"""`tally build`: scorecards as files, and a page that leads to them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from tallybook.command.files import write_whole
from tallybook.command.options import BookCommand
from tallybook.command.outcome import Refusal, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tallybook.book import Book
    from tallybook.command.options import Invocation
    from tallybook.page import Built
    from tallybook.present.page import Options

Format = Literal["html", "md", "json", "csv", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)
_DATA = ("json", "csv")  # the same in every language
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Page:
    """One file of a scorecard. Data files are the same in every language: their locale is None."""

    name: str
    format: Format
    locale: str | None


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


@click.command(
    "build",
    cls=BookCommand,
    examples="tally build\n"
    "tally build marketing --format html,md --output public\n"
    "tally build --as-of 2024-07-01 --set arpa_months=24",
)
@click.argument("scorecards", nargs=-1, metavar="[SCORECARD...]")
@click.option("--output", default="build", metavar="DIR", help="Where to; by default build/.")
@click.option(
    "--format", "formats", type=FormatList(), default="html", help="Of html, md, json, csv, xlsx."
)
@click.option("--locale", "locales", multiple=True, help="By default all that the book names.")
@click.option("--as-of", metavar="DAY", help="As on this day; else the book's, else now.")
@click.option("--where", metavar="COND", help="Only rows meeting a condition over dimensions.")
@click.pass_obj
def command(
    at: Invocation,
    /,
    scorecards: tuple[str, ...],
    output: str,
    formats: tuple[Format, ...],
    locales: tuple[str, ...],
    as_of: str | None,
    where: str | None,
) -> None:
    """Compute scorecards and write them, with an index.html that leads to them.

    Without a name, all scorecards of the book are built. Nothing is written unless all of them can
    be. The same book, data and day give the same files.
    """
    book = at.asked()
    names = scorecards or book.scorecards
    if not names:
        raise Refusal("the book has no scorecard", "add one under `scorecards`")
    cards = _built(names, book, as_of, where, at)
    spoken = tuple(map(_known, locales or _locales(book)))
    with at.console.progress("writing pages"):
        files = dict(_files(cards, formats, spoken, book))
        folder = Path(output)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(folder / name, content)
    for card in cards:
        at.console.step_summary(card.to_markdown(spoken[0]))
    last = INDEX if INDEX in files else next(iter(files))
    at.console.summary(_told(cards), f" -> {(folder / last).as_posix()}")


def _built(
    names: Sequence[str], book: Book, as_of: str | None, where: str | None, at: Invocation
) -> list[Built]:
    now = dt.datetime.now(dt.UTC)
    cards = []
    for name in dict.fromkeys(names):
        with at.console.progress(f"computing {name}"):
            built = book.scorecard(name).build(as_of=as_of, where=where, now=now)
        # Without the clock, the same book, data and day give the same bytes.
        cards.append(replace(built, card=replace(built.card, generated_at=None)))
    return cards


def _locales(book: Book) -> tuple[str, ...]:
    """The languages of the pages, the book's own first."""
    settings = book.checked.book.declarations.settings
    own = settings.locale.value if settings.locale else None
    said = [locale.value for locale in settings.locales]
    return tuple(dict.fromkeys([own or (said[0] if said else "en"), *said]))


def _known(locale: str) -> str:
    """A locale as pages and file names write it; what no catalogue of locales knows is refused."""
    from tallybook.present.messages import available, locale_of, tag_of

    tag = tag_of(locale_of(locale))
    if tag.casefold() != locale.replace("_", "-").casefold():
        raise Refusal(
            f"there is no locale `{locale}`", f"pages are worded in {', '.join(available())}"
        )
    return tag


def _files(
    cards: Sequence[Built], formats: Sequence[Format], locales: Sequence[str], book: Book
) -> Iterator[tuple[str, str | bytes]]:
    """File names and contents, the index last."""
    own = _known(_locales(book)[0])
    for built in cards:
        for page in _pages(built.card.name, formats, locales):
            yield _file(page, own), _content(page, built, formats, locales, book)
    if "html" in formats:
        yield INDEX, _index(cards, locales, book)


def _pages(name: str, formats: Sequence[Format], locales: Sequence[str]) -> Iterator[Page]:
    for format_ in formats:
        spoken = (None,) if format_ in _DATA else locales
        yield from (Page(name, format_, locale) for locale in spoken)


def _file(page: Page, own: str) -> str:
    """`marketing.html`, in another language than the book's `marketing.ru.html`."""
    stem = "index-page" if page.name == "index" else page.name
    locale = "" if page.locale in (None, own) else f".{page.locale}"
    return f"{stem}{locale}.{page.format}"


def _content(
    page: Page, built: Built, formats: Sequence[Format], locales: Sequence[str], book: Book
) -> str | bytes:
    match page.format:
        case "json":
            return built.to_json()
        case "csv":
            return built.to_csv()
        case "xlsx":
            return _workbook(built, page.locale)
        case "md":
            return built.to_markdown(page.locale, _options(page, formats, locales, book))
        case "html":
            return built.to_html(page.locale, _options(page, formats, locales, book))


def _workbook(built: Built, locale: str | None) -> bytes:
    from tallybook.render.workbook import to_xlsx

    try:
        return to_xlsx(built.card, locale)
    except ModuleNotFoundError as missing:
        if missing.name != "xlsxwriter":
            raise
        raise Refusal(
            "xlsx needs a library that is not installed", "`pip install 'tallybook[xlsx]'`"
        ) from None


def _options(page: Page, formats: Sequence[Format], locales: Sequence[str], book: Book) -> Options:
    from tallybook.present.page import Options

    own, settings = _known(_locales(book)[0]), book.checked.book.declarations.settings
    return Options(
        languages=tuple(
            (locale, _file(replace(page, locale=locale), own))
            for locale in (locales if len(locales) > 1 else ())
        ),
        index=INDEX if "html" in formats else None,
        downloads=tuple(
            (f, _file(Page(page.name, f, None if f in _DATA else page.locale), own))
            for f in formats
            if f != page.format
        ),
        digits=settings.digits or "latn",
    )


def _index(cards: Sequence[Built], locales: Sequence[str], book: Book) -> str:
    from tallybook.present.contents import built, present_index
    from tallybook.render.pages import render_index

    own, settings = _known(_locales(book)[0]), book.checked.book.declarations.settings
    pages = [
        built(card.card, locale, _file(Page(card.card.name, "html", locale), own))
        for card in cards
        for locale in locales
    ]
    return render_index(present_index(pages, locales[0], digits=settings.digits or "latn"))


def _told(cards: Sequence[Built]) -> str:
    """`12 KPIs: 5 on track, 4 watch, 2 off track, 1 no data`."""
    from tallybook.judge.model import Status, TileGroup

    counts: Counter[Status] = Counter()
    for built in cards:
        groups = (s for s in built.card.sections if isinstance(s, TileGroup))
        statuses = {tile.metric.name: tile.status for group in groups for tile in group.tiles}
        counts.update(statuses.values())
    parts = [f"{counts[s]} {s.value.replace('_', ' ')}" for s in Status if counts[s]]
    return f"{plural(counts.total(), 'KPI')}: {', '.join(parts) or 'none'}"
