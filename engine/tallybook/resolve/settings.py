"""The book-wide habits of time and money, read from their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tallybook.calendar.model import UTC, CalendarRules
from tallybook.paths import RENDERERS
from tallybook.resolve import rules
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.calendar.custom import CustomCalendar
    from tallybook.declare.model import Settings, Text
    from tallybook.parse.syntax import Value
    from tallybook.text.diagnostic import Findings

ATTRIBUTION = "attribution_model"  # the parameter by which formulas know the model
_MODELS = ("first", "last", "linear", "position")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def calendar_rules(
    settings: Settings, custom: CustomCalendar | None, findings: Findings
) -> CalendarRules:
    """How the book cuts time."""
    return CalendarRules(
        zone=zone(settings.timezone, findings) or UTC,
        week_starts=_position(settings.week_starts, WEEKDAYS, findings),
        fiscal_starts=_position(settings.fiscal_year_starts, MONTHS, findings) + 1,
        fiscal_named_by_end=settings.fiscal_year_named != "start",
        custom=custom,
    )


def zone(name: Text | None, findings: Findings) -> ZoneInfo | None:
    """A time zone by its IANA name; None where nothing, or nothing known, is said."""
    if name is None:
        return None
    try:
        return ZoneInfo(name.value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        short = {z.rpartition("/")[2]: z for z in sorted(available_timezones())}
        known = short.get(name.value.replace(" ", "_"))
        advice = f"did you mean `{known}`?" if known else None
        findings.add(
            rules.WRONG_SETTING,
            f"`{name.value}` is not a time zone",
            name.span,
            help=advice
            or did_you_mean(
                name.value, available_timezones(), otherwise="an IANA name: `Europe/Berlin`"
            ),
        )
        return None


def _position(word: Text | None, words: tuple[str, ...], findings: Findings) -> int:
    if word is None:
        return 0
    if word.value.lower() in words:
        return words.index(word.value.lower())
    findings.add(
        rules.WRONG_SETTING,
        f"expected one of {', '.join(words)}, found `{word.value}`",
        word.span,
        help=did_you_mean(word.value, words),
    )
    return 0


def check_locales(settings: Settings, findings: Findings) -> None:
    """Every language that the book asks for must have its words in the catalogues."""
    known = sorted(p.stem for p in (RENDERERS / "messages").glob("*.json"))
    said = (*((settings.locale,) if settings.locale else ()), *settings.locales)
    for locale in said:
        parts = re.split(r"[-_]", locale.value)
        tags = {"-".join(parts[:count]).lower() for count in range(1, len(parts) + 1)}
        if not tags & {k.lower() for k in known}:
            findings.add(
                rules.WRONG_SETTING,
                f"`{locale}` is not a language of the pages",
                locale.span,
                help=did_you_mean(locale.value, known, otherwise=f"there is {name_list(known)}"),
            )


def currency_code(settings: Settings, findings: Findings) -> str | None:
    """The book's currency as an ISO 4217 code."""
    code = settings.currency
    if code is None:
        return None
    if not re.fullmatch(r"[A-Z]{3}", code.value):
        findings.add(
            rules.WRONG_SETTING,
            f"expected a currency code of three capitals, found `{code.value}`",
            code.span,
            help="an ISO 4217 code: `EUR`",
        )
    return code.value


def check_attribution(
    settings: Settings, parameters: Mapping[str, Value], findings: Findings
) -> None:
    """The model by which formulas share credit, as the book or the command line says it."""
    given = parameters.get(ATTRIBUTION)
    if given is None or given in _MODELS:
        return
    places = [name.span for name, _ in settings.parameters if name.value == ATTRIBUTION]
    if settings.attribution is not None:
        places.append(settings.attribution.model.span)
    if not places:
        return
    findings.add(
        rules.WRONG_SETTING,
        f"`{ATTRIBUTION}` must be one of {', '.join(_MODELS)}, found `{given}`",
        places[-1],
        help=did_you_mean(str(given), _MODELS),
    )
