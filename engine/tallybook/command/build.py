"""`tally build`: scorecards as files, and a page that leads to them."""

from __future__ import annotations

import datetime as dt
import re
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
    from tallybook.judge.model import Member, Part
    from tallybook.page import Built
    from tallybook.present.page import Options

Format = Literal["html", "md", "json", "csv", "xlsx", "mail", "chat"]
FORMATS: tuple[Format, ...] = get_args(Format)
_DATA = ("json", "csv")  # the same in every language
_SENT = ("mail", "chat")  # not for downloading
_SUFFIXES: dict[Format, str] = {"mail": "mail.html", "chat": "txt"}
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
    "--format", "formats", type=FormatList(), default="html", help=f"Of {', '.join(FORMATS)}."
)
@click.option("--locale", "locales", multiple=True, help="Or `all`; by default those of the book.")
@click.option("--as-of", metavar="DAY", help="As on this day; else the book's, else now.")
@click.option("--where", metavar="COND", help="Only rows meeting a condition over dimensions.")
@click.option("--for-each", metavar="DIM", help="One more page for each member.")
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
    for_each: str | None,
) -> None:
    """Compute scorecards and write them, with an index.html that leads to them.

    Without a name, all scorecards of the book are built. Nothing is written unless all of them can
    be. The same book, data and day give the same files.
    """
    book = at.asked()
    names = scorecards or book.scorecards
    if not names:
        raise Refusal("the book has no scorecard", "add one under `scorecards`")
    spoken = _spoken(locales or _locales(book))
    cards = [
        edition
        for name in dict.fromkeys(names)
        for edition in _built(name, Asked(as_of, where, for_each), book, at)
    ]
    with at.console.progress("writing pages"):
        files = dict(_files(cards, formats, spoken, book))
        folder = Path(output)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(folder / name, content)
    for card in cards:
        at.console.step_summary(card.built.to_markdown(spoken[0]))
    last = INDEX if INDEX in files else next(iter(files))
    at.console.summary(_told(cards), f" -> {(folder / last).as_posix()}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a scorecard is asked for."""

    as_of: str | None
    where: str | None
    for_each: str | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A scorecard, or the part of it for one member, and the stem of its files' names."""

    stem: str
    built: Built

    @property
    def part(self) -> Part | None:
        """The member that it is of; None for all of them."""
        return self.built.card.part


def _built(name: str, asked: Asked, book: Book, at: Invocation) -> list[Edition]:
    """The scorecard of everything, then one per member where that is asked for."""
    now = dt.datetime.now(dt.UTC)
    page = book.scorecard(name)
    said = page.card.for_each.value if page.card.for_each else None
    each = asked.for_each or said
    with at.console.progress(f"computing {name}"):
        parts: list[tuple[str, Member] | None] = [None]
        if each is not None:
            members = page.members(each, as_of=asked.as_of, where=asked.where, now=now)
            parts += [(each, member) for member in members]
        made = [
            page.build(as_of=asked.as_of, where=asked.where, part=part, now=now) for part in parts
        ]
    # Without the clock, the same book, data and day give the same bytes.
    timeless = [replace(b, card=replace(b.card, generated_at=None)) for b in made]
    return list(map(Edition, _stems(name, parts), timeless))


def _stems(name: str, parts: Sequence[tuple[str, Member] | None]) -> Iterator[str]:
    """`marketing`, then `marketing.emea`: names that every file system can hold."""
    taken: set[str] = set()
    for number, part in enumerate(parts):
        if part is None:
            yield name
            continue
        text = "not-given" if part[1] is None else str(part[1]).lower()
        slug = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
        if not slug or slug in taken:
            slug = "-".join(filter(None, (slug, str(number))))
        taken.add(slug)
        yield f"{name}.{slug}"


def _spoken(locales: Sequence[str]) -> tuple[str, ...]:
    """The locales asked for, `all` written out."""
    from tallybook.present.messages import available

    named = (tag for said in locales for tag in (available() if said == "all" else (_known(said),)))
    return tuple(dict.fromkeys(named))


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
    cards: Sequence[Edition], formats: Sequence[Format], locales: Sequence[str], book: Book
) -> Iterator[tuple[str, str | bytes]]:
    """File names and contents, the index last."""
    own = _known(_locales(book)[0])
    for edition in cards:
        beside = [c for c in cards if c.built.card.name == edition.built.card.name]
        for page in _pages(edition.stem, formats, locales):
            options = _options(page, beside, formats, locales, book)
            yield _file(page, own), _content(page, edition.built, options)
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
    return f"{stem}{locale}.{_SUFFIXES.get(page.format, page.format)}"


def _content(page: Page, built: Built, options: Options) -> str | bytes:
    match page.format:
        case "json":
            return built.to_json()
        case "csv":
            return built.to_csv()
        case "xlsx":
            return _workbook(built, page.locale)
        case "md":
            return built.to_markdown(page.locale, options)
        case "html":
            return built.to_html(page.locale, options)
        case "mail":
            return built.to_mail(page.locale, options)
        case "chat":
            return built.to_chat(page.locale, options)


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


def _options(
    page: Page,
    beside: Sequence[Edition],
    formats: Sequence[Format],
    locales: Sequence[str],
    book: Book,
) -> Options:
    from tallybook.present.page import Options

    own, settings = _known(_locales(book)[0]), book.checked.book.declarations.settings
    return Options(
        languages=tuple(
            (locale, _file(replace(page, locale=locale), own))
            for locale in (locales if len(locales) > 1 else ())
        ),
        parts=tuple(
            (edition.part, _file(replace(page, name=edition.stem), own))
            for edition in (beside if len(beside) > 1 else ())
        ),
        index=INDEX if "html" in formats else None,
        downloads=tuple(
            (f, _file(Page(page.name, f, None if f in _DATA else page.locale), own))
            for f in formats
            if f != page.format and f not in _SENT
        ),
        digits=settings.digits or "latn",
    )


def _index(cards: Sequence[Edition], locales: Sequence[str], book: Book) -> str:
    from tallybook.present.contents import built, present_index
    from tallybook.render.pages import render_index

    own, settings = _known(_locales(book)[0]), book.checked.book.declarations.settings
    pages = [
        built(card.built.card, locale, _file(Page(card.stem, "html", locale), own))
        for card in cards
        for locale in locales
    ]
    return render_index(present_index(pages, locales[0], digits=settings.digits or "latn"))


def _told(cards: Sequence[Edition]) -> str:
    """`12 KPIs: 5 on track, 4 watch, 2 off track, 1 no data`; members' pages count no KPI twice."""
    from tallybook.judge.model import Status, headlines

    counts: Counter[Status] = Counter()
    for edition in cards:
        if edition.part is None:
            counts.update(tile.status for tile in headlines(edition.built.card.sections))
    parts = [f"{counts[s]} {s.value.replace('_', ' ')}" for s in Status if counts[s]]
    return f"{plural(counts.total(), 'KPI')}: {', '.join(parts) or 'none'}"
