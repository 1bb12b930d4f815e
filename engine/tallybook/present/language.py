"""All that one locale needs to speak: words, numbers, dates, direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.declare.model import Localized
from tallybook.judge.model import Bounds
from tallybook.present.calendar import Calendar
from tallybook.present.figures import COMPACT_FROM, NOTHING, Figures, Precision, full
from tallybook.present.messages import Messages, locale_of, messages_for, tag_of
from tallybook.present.plain import one_line
from tallybook.present.view import Figure

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from tallybook.judge.model import DimensionInfo, Member, MetricInfo, Number
    from tallybook.present.figures import Digits


@dataclass(frozen=True, slots=True)
class Language:
    """Speaks one locale."""

    tag: str
    words: Messages
    figures: Figures
    calendar: Calendar
    right_to_left: bool
    mirrored: bool  # time runs from right to left, and so do bars

    def text(self, key: str, **fields: str) -> str:
        """A message of the catalogue."""
        return self.words.text(key, **fields)

    def plural(self, key: str, number: int | Decimal, **fields: str) -> str:
        """A message in the plural form of a number."""
        return self.words.plural(key, number, **fields)

    def own(self, text: Localized | None) -> str:
        """A text of the book in this language, on one line; empty where there is none."""
        return one_line(text.text(self.tag)) if text else ""

    def figure(self, value: Number | None, metric: MetricInfo, cut: Precision) -> Figure:
        """A metric's value."""
        shown = self.figures.value(value, metric.unit, cut)
        short = cut.compact and value is not None and abs(value) >= COMPACT_FROM
        whole = self.figures.value(value, metric.unit, full(cut)) if short else shown
        return Figure(shown, whole, raw_number(value) if shown != NOTHING else "")

    def member(self, member: Member, dimension: DimensionInfo) -> str:
        """A member of a dimension: what it is called, or its value as text."""
        match dimension.called(member):
            case Bounds(low=low, high=high):
                return self._range(low, high)
            case Localized() as label:
                return self.own(label)
            case None:
                return self._value(member)

    def _range(self, low: Number | None, high: Number | None) -> str:
        """`< 10,000`, `10,000–30,000`, `≥ 30,000`."""
        match self.figures.plain(low), self.figures.plain(high):
            case "", above:
                return f"< {above}"
            case below, "":
                return f"≥ {below}"
            case below, above:
                return f"{below}–{above}"

    def _value(self, member: Member) -> str:
        match member:
            case None:
                return self.text("member.not_given")
            case bool():
                return self.text("member.true" if member else "member.false")
            case str():
                return one_line(member) or self.text("member.empty")
            case int() | float():
                return str(member)
            case _:
                return self.calendar.day(member)

    def day(self, day: dt.date) -> str:
        """A day."""
        return self.calendar.day(day)


def language(tag: str, digits: Digits = "latn", *, mirror_time: bool = True) -> Language:
    """The language of a locale's tag, with the digits and the direction of time that are wanted."""
    locale = locale_of(tag)
    words = messages_for(locale)
    right_to_left = locale.text_direction == "rtl"
    return Language(
        tag=tag_of(locale),
        words=words,
        figures=Figures(locale, words, right_to_left, digits),
        calendar=Calendar(locale, words, digits),
        right_to_left=right_to_left,
        mirrored=right_to_left and mirror_time,
    )


def language_name(tag: str) -> str:
    """A language's name in itself: `Русский`."""
    locale = locale_of(tag)
    name = locale.get_display_name(locale) or tag
    return name[:1].upper() + name[1:]


def raw_number(value: Number | None) -> str:
    """A number as programs write it; empty for no data."""
    return "" if value is None else repr(value)
