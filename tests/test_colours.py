"""The palette: readable in light and dark, and apart for every kind of sight."""

from __future__ import annotations

import re

import pytest

from tallybook.paths import RENDERERS
from tallybook.present.view import Theme

STYLE = (RENDERERS / "html" / "style.css").read_text("utf-8")


def palette(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":scope \{\s*(.*?)\}\s", STYLE, re.DOTALL)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", blocks[scheme == "dark"]))
    theme = Theme()
    return {**found, "accent": theme.accent_dark if scheme == "dark" else theme.accent}


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_on_every_ground_it_stands_on(scheme: str) -> None:
    found = palette(scheme)
    for text in ("ink", "soft", "link"):
        for ground in ("page", "card"):
            assert contrast(found[text], found[ground]) >= 4.5, (text, ground)
    for tone in ("good", "watch", "bad", "none"):
        assert contrast(found[tone], found[f"{tone}-tint"]) >= 4.5, tone
        assert contrast(found[tone], found["card"]) >= 4.5, tone


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_and_marks_stand_out(scheme: str) -> None:
    found = palette(scheme)
    for ground in ("card", "track", "band-good", "band-watch", "band-bad"):
        assert contrast(found["accent"], found[ground]) >= 3, ground
    for ground in ("card", "band-good", "band-watch", "band-bad"):
        assert contrast(found["ink"], found[ground]) >= 3, ground
