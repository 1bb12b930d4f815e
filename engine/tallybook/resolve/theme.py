"""The colours that a book may set, held to what eyes need: WCAG's contrast with every ground."""

from __future__ import annotations

import colorsys
import re
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass
from tallybook.resolve import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.declare.model import Settings, Text
    from tallybook.text.diagnostic import Findings

Scheme = Literal["light", "dark"]

FOR_TEXT, FOR_MARKS = 4.5, 3.0
_STEPS = 1000  # of lightness, to look for a colour that passes

# What pages are made of, as in their stylesheet; a test holds the two together.
GROUNDS: Mapping[Scheme, Mapping[str, str]] = {
    "light": {
        "page": "#f6f7f9",
        "card": "#fff",
        "track": "#e6eaef",
        "band-good": "#ebeef2",
        "band-watch": "#d9dfe6",
        "band-bad": "#c3cbd4",
    },
    "dark": {
        "page": "#0f1419",
        "card": "#171c22",
        "track": "#2a323b",
        "band-good": "#262d35",
        "band-watch": "#343d47",
        "band-bad": "#47525e",
    },
}
_UNDER_TEXT = ("page", "card")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as `#rrggbb`: `accent` for bars and lines, `link` for the text of links."""

    accent: str = "#12436d"
    accent_dark: str = "#7fb2e5"
    link: str = "#0b5cad"
    link_dark: str = "#6cb6ff"


def theme(settings: Settings, findings: Findings) -> Theme:
    """The colours of the pages. One that is said for light pages alone is lightened for dark ones.

    A colour that is none, or that could not be seen, is a finding.
    """
    said = settings.theme
    if said is None:
        return Theme()
    own = Theme()
    accent = _colour(said.accent, "accent", "light", findings)
    link = _colour(said.link, "link", "light", findings)
    dark_accent = _colour(said.accent_dark, "accent", "dark", findings)
    dark_link = _colour(said.link_dark, "link", "dark", findings)
    return Theme(
        accent or own.accent,
        dark_accent or (passing(accent, "accent", "dark") if accent else own.accent_dark),
        link or own.link,
        dark_link or (passing(link, "link", "dark") if link else own.link_dark),
    )


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _colour(
    said: Text | None, kind: Literal["accent", "link"], scheme: Scheme, findings: Findings
) -> str | None:
    if said is None:
        return None
    if not re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", said.value):
        findings.add(
            rules.WRONG_SETTING,
            f"expected a colour as `#rrggbb`, found `{said}`",
            said.span,
            help='in quotes, for `#` starts a comment: `"#12436d"`',
        )
        return None
    ground, found = worst(said.value, kind, scheme)
    least = _least(kind)
    if found < least:
        what = "text" if kind == "link" else "marks"
        findings.add(
            rules.LOW_CONTRAST,
            f"expected a contrast of {least:g}:1 or more for {what} on {scheme} pages, found "
            f"{_cut(found)}:1 with `{ground}`",
            said.span,
            help=f"the nearest colour that passes is `{passing(said.value, kind, scheme)}`",
        )
    return said.value.lower()


def _cut(ratio: float) -> str:
    """Two decimals, never rounded up to what would have passed."""
    return f"{int(ratio * 100) / 100:.2f}"


def worst(colour: str, kind: str, scheme: Scheme) -> tuple[str, float]:
    """The ground that a colour stands out from least, and by how much."""
    grounds = GROUNDS[scheme]
    names = _UNDER_TEXT if kind == "link" else tuple(grounds)
    ratios = {grounds[name]: contrast(colour, grounds[name]) for name in names}
    return min(ratios.items(), key=lambda item: item[1])


def _least(kind: str) -> float:
    return FOR_TEXT if kind == "link" else FOR_MARKS


def passing(colour: str, kind: str, scheme: Scheme) -> str:
    """The colour itself where it passes, else the one of its hue with the nearest lightness."""
    if worst(colour, kind, scheme)[1] >= _least(kind):
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    tried = sorted((n / _STEPS for n in range(_STEPS + 1)), key=lambda at: abs(at - lightness))
    candidates = (_written(colorsys.hls_to_rgb(hue, at, saturation)) for at in tried)
    return next(c for c in candidates if worst(c, kind, scheme)[1] >= _least(kind))


def _parts(colour: str) -> tuple[float, float, float]:
    digits = colour.removeprefix("#")
    digits = digits if len(digits) > 3 else "".join(d * 2 for d in digits)  # noqa: PLR2004 - #rgb
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _written(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own

    red, green, blue = map(linear, _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
