"""The whole page: `present` turns a judged scorecard into a view."""

from __future__ import annotations

from dataclasses import field, fields
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.judge import model
from tallybook.judge.model import Status
from tallybook.present import view
from tallybook.present.anchors import Anchors, anchors
from tallybook.present.definitions import definition, sources
from tallybook.present.figures import full
from tallybook.present.language import Language, language, language_name
from tallybook.present.messages import locale_of, tag_of
from tallybook.present.plain import one_line
from tallybook.present.prose import prose
from tallybook.present.tables import breakdown, funnel
from tallybook.present.tiles import chip, distance, status_chip, target, tile, tile_precision
from tallybook.present.trends import trend
from tallybook.present.warnings import warning
from tallybook.resolve.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.present.figures import Digits

_MARKUP_NAMES = {"html": "HTML", "md": "Markdown", "csv": "CSV", "json": "JSON", "xlsx": "Excel"}


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """The same page of another period."""

    period: model.Period
    href: str


@dataclass(frozen=True, slots=True)
class Options:
    """What a page knows of its neighbours, and how it is to be written.

    `languages` are (locale, address) of this page's translations, itself included; `downloads` are
    (format, address) with formats by file suffix; `parts` are the pages of single members, and of
    all (None), this one included. Addresses are relative. `digest` identifies the
    results, as `render.data.digest` gives it.
    """

    languages: tuple[tuple[str, str], ...] = ()
    previous: PeriodLink | None = None
    next: PeriodLink | None = None
    parts: tuple[tuple[model.Part | None, str], ...] = ()
    index: str | None = None
    downloads: tuple[tuple[str, str], ...] = ()
    digest: str | None = None
    digits: Digits = "latn"
    mirror_time: bool = True
    theme: Theme = field(default_factory=Theme)


def present(
    card: model.Scorecard, locale: str | None = None, options: Options | None = None
) -> view.View:
    """The page of a scorecard in one locale (a tag such as `zh-Hant`); cannot fail on any card."""
    options = options or Options()
    speech = language(locale or card.locale, options.digits, mirror_time=options.mirror_time)
    places = anchors(card)
    title = _title(card, speech)
    period = speech.calendar.period(card.period)
    return view.View(
        lang=speech.tag,
        direction="rtl" if speech.right_to_left else "ltr",
        document_title=speech.text("page.title", title=title, period=period),
        book=speech.own(card.book),
        title=title,
        period=period,
        period_note=speech.text("page.partial") if card.period.partial else "",
        facts=tuple(_facts(card, speech)),
        languages=_languages(options, speech),
        index=view.Link(speech.text("page.index"), options.index) if options.index else None,
        previous=_period_link(options.previous, speech),
        next=_period_link(options.next, speech),
        parts=_parts(card, options, speech),
        summary=_summary(card, places, speech),
        warnings=tuple(warning(w, card, speech) for w in card.warnings),
        sections=tuple(_sections(card, places, speech)),
        ranking=_ranking(card, places, speech),
        definitions=tuple(definition(d, card.condition, places, speech) for d in card.definitions),
        sources=sources(card, places, speech),
        downloads=tuple(view.Link(_MARKUP_NAMES.get(f, f), href) for f, href in options.downloads),
        colophon=tuple(_colophon(card, options, speech)),
        words=words(speech),
        theme=options.theme,
    )


def _title(card: model.Scorecard, speech: Language) -> str:
    title = speech.own(card.title) or card.name
    return (
        f"{title} · {speech.member(card.part.member, card.part.dimension)}" if card.part else title
    )


def _parts(card: model.Scorecard, options: Options, speech: Language) -> tuple[view.Link, ...]:
    """The pages of the members beside this one, the one of all first."""
    return tuple(
        view.Link(
            speech.member(part.member, part.dimension) if part else speech.text("page.all"),
            href,
            current=part == card.part,
        )
        for part, href in options.parts
    )


def words(speech: Language) -> view.Words:
    """The fixed words of a page."""
    return view.Words(**{f.name: speech.text(f"page.{f.name}") for f in fields(view.Words)})


def _sections(card: model.Scorecard, places: Anchors, speech: Language) -> Iterator[view.Section]:
    groups = [n for n, s in enumerate(card.sections) if isinstance(s, model.TileGroup)]
    # The legend is of bars and dashes, which are of targets.
    held = any(t.target is not None or t.target_range for t in model.headlines(card.sections))
    for number, section in enumerate(card.sections):
        if isinstance(section, model.TileGroup):
            yield _tile_group(section, number, places, speech, legend=held and number == groups[-1])
        else:
            yield _section(section, number, places, speech)


def _tile_group(
    group: model.TileGroup, number: int, places: Anchors, speech: Language, *, legend: bool
) -> view.Tiles:
    return view.Tiles(
        id=f"section-{number + 1}",
        title=speech.own(group.title) or speech.text("tiles.title"),
        tiles=tuple(tile(t, number, places, speech) for t in group.tiles if t.vanity is None),
        asides=tuple(tile(t, number, places, speech) for t in group.tiles if t.vanity is not None),
        legend=speech.text("page.legend") if legend else "",
    )


def _section(
    section: model.Trend | model.FunnelChart | model.Breakdown | model.Note,
    number: int,
    places: Anchors,
    speech: Language,
) -> view.Section:
    anchor = f"section-{number + 1}"
    match section:
        case model.Trend():
            return trend(section, anchor, speech)
        case model.FunnelChart():
            return funnel(section, anchor, places, speech)
        case model.Breakdown():
            return breakdown(section, anchor, speech)
        case model.Note():
            return view.Note(
                anchor, speech.own(section.title), prose(section.text.text(speech.tag))
            )


def _summary(card: model.Scorecard, places: Anchors, speech: Language) -> view.Summary:
    tiles = model.headlines(card.sections)
    by_name = {t.metric.name: t for t in tiles}
    counts = [(status, sum(t.status is status for t in tiles)) for status in Status]
    return view.Summary(
        counts=tuple(
            view.StatusCount(status_chip(status, speech), speech.figures.integer(count))
            for status, count in counts
            if count
        ),
        attention=tuple(
            _attention(by_name[name], places, speech) for name in card.attention if name in by_name
        ),
        turns=tuple(_turn(t, places, speech) for t in tiles if _turned(t)),
    )


def _ranking(card: model.Scorecard, places: Anchors, speech: Language) -> tuple[view.Tile, ...]:
    """What needs attention first, then by status."""
    worst = (Status.OFF_TRACK, Status.WATCH, Status.NO_DATA, Status.TOO_FEW, Status.MATURING)
    named = {name: place for place, name in enumerate(card.attention)}
    tiles = sorted(
        model.headlines(card.sections),
        key=lambda t: (
            named.get(t.metric.name, len(named)),
            worst.index(t.status) if t.status in worst else len(worst),
        ),
    )
    return tuple(tile(t, places.shown[t.metric.name], places, speech) for t in tiles)


def _attention(card: model.Tile, places: Anchors, speech: Language) -> view.Attention:
    cut = tile_precision(card)
    return view.Attention(
        name=speech.own(card.metric.label) or card.metric.name,
        href=places.to_tile(card.metric.name),
        chip=chip(card, speech),
        value=speech.figure(card.value, card.metric, cut),
        target=target(card, cut, speech),
        target_full=target(card, full(cut), speech),
        distance=distance(card, cut, speech),
        advice=speech.own(card.advice),
    )


def _turned(card: model.Tile) -> bool:
    return card.status_before not in (None, card.status)


def _turn(card: model.Tile, places: Anchors, speech: Language) -> view.Turn:
    before = status_chip(card.status_before or card.status, speech)
    after = status_chip(card.status, speech)
    return view.Turn(
        name=speech.own(card.metric.label) or card.metric.name,
        href=places.to_tile(card.metric.name),
        after=after,
        text=speech.text("summary.turn", after=after.text, before=before.text),
    )


def _facts(card: model.Scorecard, speech: Language) -> Iterator[view.Fact]:
    as_of = card.data_as_of or card.as_of.date()
    yield view.Fact(speech.text("page.as_of"), speech.day(as_of), "time", as_of.isoformat())
    if card.generated_at:
        made = card.generated_at.date()
        yield view.Fact(speech.text("page.generated"), speech.day(made), "time", made.isoformat())
    if card.condition:
        yield view.Fact(speech.text("page.where"), one_line(card.condition), "code")


def _languages(options: Options, speech: Language) -> tuple[view.Link, ...]:
    links = []
    for tag, href in options.languages:
        proper = tag_of(locale_of(tag))
        links.append(view.Link(language_name(tag), href, proper, proper == speech.tag))
    return tuple(links) if len(links) > 1 else ()


def _period_link(link: PeriodLink | None, speech: Language) -> view.Link | None:
    return view.Link(speech.calendar.period(link.period), link.href) if link else None


def _colophon(card: model.Scorecard, options: Options, speech: Language) -> Iterator[view.Fact]:
    yield view.Fact("Tallybook", one_line(card.version))
    if card.revision:
        yield view.Fact(speech.text("page.revision"), one_line(card.revision), "code")
    if options.digest:
        yield view.Fact(speech.text("page.digest"), options.digest, "code")
    yield view.Fact(speech.text("page.timezone"), one_line(card.timezone))
