"""Which pages a run computes: every scorecard asked for, in its periods, of all and per member."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tallybook.command.outcome import Refusal
from tallybook.command.revision import revision
from tallybook.command.waiting import behind_page, reading
from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tallybook.book import Book
    from tallybook.calendar.model import Period
    from tallybook.command.console import Console
    from tallybook.judge.history import Past
    from tallybook.judge.model import Member, Part, Scorecard
    from tallybook.page import Built, CardPage

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a book is asked for. Without `scorecards`, all; without `periods`, their own."""

    scorecards: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    as_of: str | None = None
    where: str | None = None
    for_each: str | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a build is told of the world around it."""

    now: dt.datetime
    past: Past | None
    revision: str | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A scorecard of one period, or the part of it for one member; and its files' stem."""

    stem: str
    built: Built

    @property
    def card(self) -> Scorecard:
        """What was judged."""
        return self.built.card

    @property
    def part(self) -> Part | None:
        """The member that it is of; None for all of them."""
        return self.card.part


def editions(
    book: Book, wanted: Wanted, console: Console, past: Past | None = None
) -> tuple[Edition, ...]:
    """Everything asked for, computed; a scorecard's periods from the first to the last.

    `past` is what earlier pages showed.

    Raises `Refusal` where the book has no scorecard, `BookError` for what cannot be computed.
    """
    names = wanted.scorecards or book.scorecards
    if not names:
        raise Refusal("the book has no scorecard", "add one under `scorecards`")
    with_what = Circumstances(dt.datetime.now(dt.UTC), past, revision(book.checked.book.root))
    return tuple(
        edition
        for name in dict.fromkeys(names)
        for edition in _of_scorecard(name, book, wanted, with_what, console)
    )


def latest(made: Sequence[Edition]) -> tuple[Edition, ...]:
    """The last period of each scorecard, of all members."""
    return tuple({e.card.name: e for e in made if e.part is None}.values())


def _of_scorecard(
    name: str,
    book: Book,
    wanted: Wanted,
    with_what: Circumstances,
    console: Console,
) -> Iterator[Edition]:
    page, now = book.scorecard(name), with_what.now
    taken: set[str] = set()
    wait = partial(reading, behind_page(page.card, book), book)
    with console.progress(wait) as tell:
        for said, stem in _periods(name, page, wanted, now):
            parts = _parts(page, wanted, said, now)
            for part, own in zip(parts, _stems(stem, parts, taken), strict=True):
                tell(partial(_of_page, own, wait))
                built = page.build(
                    as_of=wanted.as_of,
                    where=wanted.where,
                    part=part,
                    now=now,
                    period=said,
                    past=with_what.past,
                    revision=with_what.revision,
                )
                # Without the clock, the same book, data and day give the same bytes.
                yield Edition(own, replace(built, card=replace(built.card, generated_at=None)))


def _of_page(stem: str, wait: Callable[[], str]) -> str:
    return f"{stem}: {wait()}"


def _periods(
    name: str, page: CardPage, wanted: Wanted, now: dt.datetime
) -> list[tuple[str | None, str]]:
    """The periods in order of time, each with the stem of its files.

    The scorecard's own has the scorecard's name alone: `marketing` is the page of today, and
    `marketing.2024-05` always that of May.
    """
    own = page.period(None, as_of=wanted.as_of, now=now)
    asked = {
        found.label: (found, said)
        for said in wanted.periods
        for found in (page.period(said, as_of=wanted.as_of, now=now),)
    }
    if not asked:
        return [(None, name)]
    in_order = sorted(asked.values(), key=lambda pair: (pair[0].start, pair[0].end))
    return [
        (said, name if found.label == own.label else f"{name}.{_slug(_days(found))}")
        for found, said in in_order
    ]


def _days(period: Period) -> str:
    """A period's label; days without a name by the first and the last of them."""
    if period.grain is not None or period.start is None or period.end is None:
        return period.label
    return f"{period.start.date()} {(period.end - dt.timedelta(days=1)).date()}"


def _parts(
    page: CardPage, wanted: Wanted, period: str | None, now: dt.datetime
) -> list[tuple[str, Member] | None]:
    said = page.card.for_each.value if page.card.for_each else None
    each = wanted.for_each or said
    if each is None:
        return [None]
    members = page.members(each, as_of=wanted.as_of, where=wanted.where, now=now, period=period)
    return [None, *((each, member) for member in members)]


def _stems(stem: str, parts: Sequence[tuple[str, Member] | None], taken: set[str]) -> Iterator[str]:
    """`marketing`, then `marketing.emea`: names that every file system can hold, each once."""
    for number, part in enumerate(parts):
        text = _slug("not-given" if part and part[1] is None else str(part[1]) if part else "")
        own = f"{stem}.{text}" if text else stem if part is None else f"{stem}.{number}"
        if own in taken:
            own = f"{own}-{number}"
        taken.add(own)
        yield own


def _slug(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text.lower()).strip("-")
