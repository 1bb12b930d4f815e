"""The list of pages that a build wrote."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.judge.model import Status, headlines
from tallybook.present import view
from tallybook.present.language import Language, language, language_name
from tallybook.present.tiles import status_chip
from tallybook.resolve.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.declare.model import Localized
    from tallybook.judge.model import Part, Period, Scorecard
    from tallybook.present.figures import Digits


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page that stands at a relative address, and how its KPIs are."""

    name: str
    title: Localized
    part: Part | None
    period: Period
    locale: str
    href: str
    counts: tuple[tuple[Status, int], ...]


def built(card: Scorecard, locale: str, href: str) -> BuiltPage:
    """What the list says about a scorecard's page."""
    counts = Counter(tile.status for tile in headlines(card.sections))
    shown = tuple((status, counts[status]) for status in Status if counts[status])
    return BuiltPage(card.name, card.title, card.part, card.period, locale, href, shown)


def present_index(
    pages: Sequence[BuiltPage],
    locale: str,
    *,
    digits: Digits = "latn",
    theme: Theme | None = None,
) -> view.Index:
    """The list in one locale: a row per scorecard and period, newest period first."""
    speech = language(locale, digits)
    rows: dict[tuple[str, Part | None, str], list[BuiltPage]] = {}
    for page in sorted(pages, key=lambda p: p.period.start, reverse=True):
        rows.setdefault((page.name, page.part, page.period.label), []).append(page)
    return view.Index(
        lang=speech.tag,
        direction="rtl" if speech.right_to_left else "ltr",
        title=speech.text("index.title"),
        rows=tuple(_row(same, speech) for same in rows.values()),
        scorecard=speech.text("index.scorecard"),
        period=speech.text("page.period"),
        status=speech.text("page.status"),
        languages=speech.text("page.languages"),
        theme=theme or Theme(),
    )


def _title(page: BuiltPage, speech: Language) -> str:
    title = speech.own(page.title) or page.name
    part = page.part
    return f"{title} · {speech.member(part.member, part.dimension)}" if part else title


def _row(pages: list[BuiltPage], speech: Language) -> view.IndexRow:
    own = next((p for p in pages if p.locale == speech.tag), pages[0])
    return view.IndexRow(
        title=_title(own, speech),
        period=speech.calendar.period(own.period),
        href=own.href,
        counts=tuple(
            view.StatusCount(status_chip(status, speech), speech.figures.integer(count))
            for status, count in own.counts
        ),
        languages=tuple(view.Link(language_name(p.locale), p.href, p.locale) for p in pages),
    )
