"""The words of a page: one catalogue per locale, plural forms by the rules of CLDR."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import bidirectional

from babel import Locale, UnknownLocaleError

from tallybook.dataclass import dataclass
from tallybook.paths import RENDERERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

Message = str | dict[str, str]

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Messages:
    """One catalogue. A message is a text, or one per plural form; `{name}` stands for a field."""

    locale: Locale
    texts: Mapping[str, Message]
    against: tuple[str, ...]  # bidirectional classes that run against the text

    def text(self, key: str, **fields: str) -> str:
        """The message with its fields filled in. Raises KeyError for a key or field not there."""
        return _plain(self.texts[key]).format_map(self._set(fields))

    def plural(self, key: str, number: Decimal | int, **fields: str) -> str:
        """The message in the plural form that the number, as shown, asks for."""
        forms = self.texts[key]
        if isinstance(forms, str):
            return forms.format_map(self._set(fields))
        form = forms.get(self.locale.plural_form(number), forms["other"])
        return form.format_map(self._set(fields))

    def _set(self, fields: dict[str, str]) -> dict[str, str]:
        """The fields, isolated where they hold letters that run against the message's direction."""
        return {
            name: f"\u2068{text}\u2069" if _has(text, self.against) else text
            for name, text in fields.items()
        }


def messages_for(locale: Locale) -> Messages:
    """The catalogue of the locale, else of its language, else the English one."""
    tags = (tag_of(locale), locale.language, FALLBACK)
    found = next(tag for tag in tags if tag in available())
    own = locale_of(found)
    against = ("R", "AL") if own.text_direction == "ltr" else ("L",)
    return Messages(own, _read(found), against)


def locale_of(tag: str) -> Locale:
    """The locale that a tag such as `zh-Hant` names; English where nobody knows it."""
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(FALLBACK)


def tag_of(locale: Locale) -> str:
    """The locale as `lang` attributes write it: `zh-Hant`."""
    return str(locale).replace("_", "-")


@lru_cache
def available() -> tuple[str, ...]:
    """The tags of the locales that have a catalogue."""
    return tuple(sorted(path.stem for path in (RENDERERS / "messages").glob("*.json")))


@lru_cache
def _read(tag: str) -> dict[str, Message]:
    path = RENDERERS / "messages" / f"{tag}.json"
    texts: dict[str, Message] = json.loads(path.read_text("utf-8"))
    return texts


def _has(text: str, directions: tuple[str, ...]) -> bool:
    if text.isascii() and "L" not in directions:
        return False
    return any(bidirectional(c) in directions for c in text)


def _plain(message: Message) -> str:
    return message if isinstance(message, str) else message["other"]
