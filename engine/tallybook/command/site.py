"""The files of a build: their names, how they lead to each other, and what is in them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

from tallybook.command.outcome import Refusal
from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tallybook.book import Book
    from tallybook.command.editions import Edition
    from tallybook.page import Built
    from tallybook.present.page import Options, PeriodLink

    Content = Callable[[], str | bytes]

Format = Literal["html", "md", "json", "csv", "xlsx", "mail", "chat"]
FORMATS: tuple[Format, ...] = get_args(Format)
_DATA = ("json", "csv")  # the same in every language
_SENT = ("mail", "chat")  # not for downloading
_SUFFIXES: dict[Format, str] = {"mail": "mail.html", "chat": "txt"}
INDEX = "index.html"
HISTORY = "history.csv"  # of what pages showed, beside them
_TAKEN = ("index", "history")


@dataclass(frozen=True, slots=True)
class Page:
    """One file of an edition. Data files are the same in every language: their locale is None."""

    stem: str
    format: Format
    locale: str | None


@dataclass(frozen=True)
class Site:
    """All files of a build: editions, each in formats and languages, and an index over them."""

    book: Book
    editions: tuple[Edition, ...]
    formats: tuple[Format, ...]
    locales: tuple[str, ...]
    as_parts: bool = False  # of other pages: HTML without header, footer and index

    def files(self) -> dict[str, Content]:
        """File names, the index last, and what writes each."""
        made: dict[str, Content] = {}
        for edition in self.editions:
            for page in self._pages(edition.stem):
                made[self._file(page)] = partial(self._content, page, edition)
        if self._has_index:
            made[INDEX] = self._index
        return made

    @property
    def _has_index(self) -> bool:
        return "html" in self.formats and not self.as_parts

    @property
    def own(self) -> str:
        """The language of the book, whose pages have no language in their names."""
        return _known(_locales(self.book)[0])

    def _pages(self, stem: str) -> Iterator[Page]:
        for format_ in self.formats:
            spoken = (None,) if format_ in _DATA else self.locales
            yield from (Page(stem, format_, locale) for locale in spoken)

    def _file(self, page: Page) -> str:
        """`marketing.html`, in another language than the book's `marketing.ru.html`."""
        stem = f"{page.stem}-page" if page.stem in _TAKEN else page.stem
        locale = "" if page.locale in (None, self.own) else f".{page.locale}"
        return f"{stem}{locale}.{_SUFFIXES.get(page.format, page.format)}"

    def _content(self, page: Page, edition: Edition) -> str | bytes:
        built = edition.built
        match page.format:
            case "json":
                return built.to_json()
            case "csv":
                return built.to_csv()
            case "xlsx":
                return _workbook(built, page.locale)
            case "md":
                return built.to_markdown(page.locale, self._options(page, edition))
            case "html" if self.as_parts:
                return built.to_fragment(page.locale, self._options(page, edition))
            case "html":
                return built.to_html(page.locale, self._options(page, edition))
            case "mail":
                return built.to_mail(page.locale, self._options(page, edition))
            case "chat":
                return built.to_chat(page.locale, self._options(page, edition))

    def _options(self, page: Page, edition: Edition) -> Options:
        beside = [e for e in self._of_scorecard(edition) if e.card.period == edition.card.period]
        previous, following = self._neighbours(page, edition)
        return replace(
            edition.built.options,
            languages=tuple(
                (locale, self._file(replace(page, locale=locale)))
                for locale in (self.locales if len(self.locales) > 1 else ())
            ),
            previous=previous,
            next=following,
            parts=tuple(
                (e.part, self._file(replace(page, stem=e.stem)))
                for e in (beside if len(beside) > 1 else ())
            ),
            index=INDEX if self._has_index else None,
            downloads=tuple(
                (f, self._file(Page(page.stem, f, None if f in _DATA else page.locale)))
                for f in self.formats
                if f != page.format and f not in _SENT
            ),
        )

    def _of_scorecard(self, edition: Edition) -> list[Edition]:
        return [e for e in self.editions if e.card.name == edition.card.name]

    def _neighbours(
        self, page: Page, edition: Edition
    ) -> tuple[PeriodLink | None, PeriodLink | None]:
        """The same page of the period before and of the one after, of those that are built."""
        from tallybook.present.page import PeriodLink

        alike = [
            e
            for e in self._of_scorecard(edition)
            if e.part == edition.part and e.card.period.grain == edition.card.period.grain
        ]
        links = [PeriodLink(e.card.period, self._file(replace(page, stem=e.stem))) for e in alike]
        at = alike.index(edition)
        return links[at - 1] if at else None, links[at + 1] if at + 1 < len(links) else None

    def _index(self) -> str:
        from tallybook.present.contents import built, present_index
        from tallybook.render.pages import render_index

        pages = [
            built(edition.card, locale, self._file(Page(edition.stem, "html", locale)))
            for edition in self.editions
            for locale in self.locales
        ]
        book = self.book.checked.book
        digits = book.declarations.settings.digits or "latn"
        made = present_index(pages, self.locales[0], digits=digits, theme=book.theme)
        return render_index(made)


def spoken(said: Sequence[str], book: Book) -> tuple[str, ...]:
    """The locales asked for, `all` written out; the book's where none are."""
    from tallybook.present.messages import available

    asked = said or _locales(book)
    named = (tag for one in asked for tag in (available() if one == "all" else (_known(one),)))
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
