"""The palette: readable in light and dark, and apart for every kind of sight."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sight import SIGHTS, distance, linear, seen
from tallybook.paths import RENDERERS
from tallybook.resolve.theme import GROUNDS, Scheme, Theme, passing, worst

if TYPE_CHECKING:
    from shell import Shell
    from sight import Triple

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
STYLE = (RENDERERS / "html" / "style.css").read_text("utf-8")


def palette(scheme: Scheme) -> dict[str, str]:
    blocks = re.findall(r":scope \{\s*(.*?)\}\s", STYLE, re.DOTALL)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", blocks[scheme == "dark"]))
    theme = Theme()
    if scheme == "dark":
        return {**found, "accent": theme.accent_dark, "link": theme.link_dark}
    return {**found, "accent": theme.accent, "link": theme.link}


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_is_readable_on_every_ground_it_stands_on(scheme: Scheme) -> None:
    found = palette(scheme)
    for text in ("ink", "soft", "link"):
        for ground in ("page", "card"):
            assert contrast(found[text], found[ground]) >= 4.5, (text, ground)
    for tone in ("good", "watch", "bad", "none"):
        assert contrast(found[tone], found[f"{tone}-tint"]) >= 4.5, tone
        assert contrast(found[tone], found["card"]) >= 4.5, tone


STATUSES = ("good", "watch", "bad", "none")
APART = 12  # CIEDE2000; what can just be told apart side by side is about 1


def nearest(colours: dict[str, str], sight: str) -> tuple[float, str, str]:
    """The two of the colours that this sight tells apart the least, and how far apart they are."""
    return min(
        (distance(seen(colours[one], sight), seen(colours[other], sight)), one, other)
        for one, other in combinations(colours, 2)
    )


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_distances_are_those_that_were_published_with_the_formula(
    one: Triple, other: Triple, known: float
) -> None:
    assert distance(one, other) == pytest.approx(known, abs=5e-5)
    assert distance(other, one) == pytest.approx(known, abs=5e-5)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_kind_of_sight_tells_the_statuses_apart(scheme: Scheme, sight: str) -> None:
    found = palette(scheme)
    least = nearest({status: found[status] for status in STATUSES}, sight)
    assert least[0] >= APART, least


def test_traffic_lights_would_not_be_told_apart() -> None:
    lights = {"good": "#2e7d32", "watch": "#8a6100", "bad": "#c62828"}
    assert nearest(lights, "normal")[0] >= APART
    assert nearest(lights, "deuteranopia")[0] < APART
    assert nearest(lights, "protanopia")[0] < APART


@pytest.mark.parametrize("scheme", SCHEMES)
def test_bars_and_marks_stand_out(scheme: Scheme) -> None:
    found = palette(scheme)
    for ground in ("card", "track", "band-good", "band-watch", "band-bad"):
        assert contrast(found["accent"], found[ground]) >= 3, ground
    for ground in ("card", "band-good", "band-watch", "band-bad"):
        assert contrast(found["ink"], found[ground]) >= 3, ground


@pytest.mark.parametrize("scheme", SCHEMES)
def test_themes_are_held_to_the_grounds_that_pages_have(scheme: Scheme) -> None:
    found = palette(scheme)
    assert {name: found[name] for name in GROUNDS[scheme]} == GROUNDS[scheme]


BOOK = """
sources: {{leads: {{time: day, columns: {{day: date}}}}}}
metrics: {{leads: {{formula: count(leads)}}}}
scorecards: {{page: {{period: 2024-01, sections: [{{tiles: [leads]}}]}}}}
theme: {{{theme}}}
"""


def themed(shell: Shell, theme: str) -> None:
    shell.write("data/leads.csv", "day\n2024-01-02\n")
    shell.write("tallybook.yml", BOOK.format(theme=theme))


@pytest.mark.parametrize(
    ("theme", "said", "advice"),
    [
        ('accent: "#ffcc00"', r"found (0\.\d|1\.0\d|1\.1\d):1 with `#c3cbd4`", "#"),
        ('link: "#6cb6ff"', "4.5:1 or more for text on light pages, found 2", "#"),
        ('accent_dark: "#12436d"', "3:1 or more for marks on dark pages, found 1", "#"),
        ('link_dark: "#808080"', "for text on dark pages, found 4.3", "#"),
        ("accent: red", "expected a colour as `#rrggbb`, found `red`", "in quotes"),
        ('accent: "#12345"', "expected a colour as `#rrggbb`", "in quotes"),
        ('acent: "#12436d"', "acent", "did you mean `accent`?"),
    ],
)
def test_check_refuses_a_theme_that_cannot_be_seen(
    shell: Shell, theme: str, said: str, advice: str
) -> None:
    themed(shell, theme)
    ended = shell("check")
    assert ended.status == 1
    assert re.search(said, ended.err)
    assert advice in ended.err
    assert "tallybook.yml:5:" in ended.err
    if named := re.search(r"the nearest colour that passes is `(#[0-9a-f]{6})`", ended.err):
        themed(shell, re.sub(r'"#\w+"', f'"{named[1]}"', theme))
        assert shell("check").status == 0


@given(parts=st.tuples(*[st.integers(0, 255)] * 3))
def test_what_is_advised_and_what_is_lightened_can_be_seen(parts: tuple[int, int, int]) -> None:
    colour = "#" + "".join(f"{p:02x}" for p in parts)
    for scheme in SCHEMES:
        for kind, grounds, least in (
            ("accent", GROUNDS[scheme], 3),
            ("link", ("page", "card"), 4.5),
        ):
            made = passing(colour, kind, scheme)
            assert min(contrast(made, palette(scheme)[ground]) for ground in grounds) >= least
            if worst(colour, kind, scheme)[1] >= least:
                assert made == colour


def test_pages_and_the_list_of_them_have_the_colours_of_the_book(shell: Shell) -> None:
    themed(shell, 'accent: "#7a1f5c"')
    assert shell("build", "--as-of", "2024-03-01").status == 0
    for name in ("page.html", "index.html"):
        page = (shell.folder / "build" / name).read_text("utf-8")
        light, dark = re.findall(r"--accent:(#[0-9a-f]{6})", page)[:2]
        assert light == "#7a1f5c"
        assert contrast(dark, "#47525e") >= 3
        assert "--link:#0b5cad" in page


def test_a_theme_leaves_the_colours_of_statuses_alone(shell: Shell) -> None:
    themed(
        shell, 'accent: "#7a1f5c", link: "#7a1f5c", accent_dark: "#ffb3e0", link_dark: "#ffb3e0"'
    )
    assert shell("build", "--as-of", "2024-03-01").status == 0
    page = (shell.folder / "build" / "page.html").read_text("utf-8")
    assert "--accent:#ffb3e0" in page
    for status in (*STATUSES, *(f"{status}-tint" for status in STATUSES)):
        shown = re.findall(rf"--{status}:(#[0-9a-f]+)", page)
        assert shown == [palette(scheme)[status] for scheme in SCHEMES], status
