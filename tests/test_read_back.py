"""Any number, in any unit, language and digits: what every twin shows reads back to it.

To the precision shown, and exactly where a twin is for programs. The reader here knows how people
write numbers, and nothing of how they are formatted.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import scorecards
from documents import document
from tallybook.judge.model import Status, UnitInfo
from tallybook.present.messages import available
from tallybook.present.page import Options, present
from tallybook.render.data import to_csv, to_json
from tallybook.render.pages import render_chat, render_html, render_mail, render_markdown
from test_twins import cells, workbook

if TYPE_CHECKING:
    from tallybook.judge import model as m
    from tallybook.present.figures import Digits

Duration = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
SIZES = {
    "K": 3, "M": 6, "B": 9, "T": 12,
    "тыс": 3, "млн": 6, "млрд": 9, "трлн": 12,
    "萬": 4, "億": 8, "兆": 12, "京": 16, "万": 4,
    "ألف": 3, "مليون": 6, "مليار": 9, "ترليون": 12,
}  # fmt: skip
_MARKS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬\u2212", "0123456789.,-", "\u200e\u200f\u2068\u2069")
_DOTS = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
_COMMAS = r"-?\d+(?:[\xa0\u202f]\d{3})*(?:,\d+)?"


@dataclass(frozen=True)
class Shown:
    """A number as somebody reads it, and half of its last place."""

    value: Decimal
    error: Decimal

    def is_of(self, value: float, unit: UnitInfo) -> bool:
        exact = Decimal(repr(value)) * (100 if unit.kind == "percent" else 1)
        return abs(self.value - exact) <= self.error


def read(text: str, locale: str) -> Shown:
    """The first number of a text."""
    plain = text.translate(_MARKS)
    found = re.search(_COMMAS if locale == "ru" else _DOTS, plain)
    assert found is not None, text
    digits = re.sub(r"[\xa0\u202f]", "", found[0])
    digits = digits.replace(",", ".") if locale == "ru" else digits.replace(",", "")
    after = plain[found.end() :].lstrip("\xa0 ")
    power = next((p for word, p in SIZES.items() if re.match(rf"{word}\b|{word}$", after)), 0)
    if locale in ("zh-Hant", "ja"):
        power = SIZES.get(after[:1], 0)
    # A currency may stand between the sign and the digits.
    sign = -1 if re.search(r"-[^\s\d-]+\s?$", plain[: found.start()]) else 1
    value = sign * Decimal(digits).scaleb(power)
    places = len(digits.partition(".")[2])
    return Shown(value, Decimal("0.5").scaleb(power - places))


UNITS = st.one_of(
    st.sampled_from([UnitInfo("number"), UnitInfo("count"), UnitInfo("percent")]),
    st.sampled_from([UnitInfo("ratio"), UnitInfo("score"), UnitInfo("custom", noun="points")]),
    st.builds(
        UnitInfo, st.just("money"), st.sampled_from(["EUR", "USD", "JPY", "KWD", "RUB", "XTS"])
    ),
    st.builds(UnitInfo, st.just("duration"), st.none(), st.sampled_from(get_args(Duration))),
)
VALUES = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e13, 1e13),
    st.floats(-2, 2),
    st.floats(-1e-4, 1e-4),
).map(lambda v: v or 0)
LANGUAGES = st.sampled_from([*((tag, "latn") for tag in available()), ("ar", "arab")])


def card_of(
    value: float, target: float, unit: UnitInfo, decimals: int | None
) -> tuple[m.Scorecard, m.Tile]:
    info = scorecards.metric("figure", scorecards.text("Figure"), unit, decimals=decimals)
    tile = scorecards.tile(info, (value, target, value), Status.WATCH, target)
    return scorecards.scorecard(("", (tile,))), tile


@given(
    value=VALUES,
    target=VALUES,
    unit=UNITS,
    decimals=st.none() | st.integers(0, 4),
    spoken=LANGUAGES,
)
@example(999_999.5, 1e15, UnitInfo("count"), None, ("en", "latn"))
@example(-0.4, 0.04, UnitInfo("percent"), 0, ("ar", "arab"))
@example(1e300, 1e-300, UnitInfo("money", currency="USD"), None, ("ru", "latn"))
@settings(max_examples=60)
def test_what_people_read(
    value: float,
    target: float,
    unit: UnitInfo,
    decimals: int | None,
    spoken: tuple[str, Digits],
) -> None:
    locale, digits = spoken
    card, tile = card_of(value, target, unit, decimals)
    view = present(card, locale, Options(digits=digits))

    def holds(text: str, number: m.Number | None) -> None:
        assert number is not None
        assert read(text, locale).is_of(number, unit), (text, number)

    page = document(render_html(view))
    (shown,) = page.all("li", class_="tile")
    (data,) = shown.all("data")
    holds(data.text, value)
    holds(data.attributes.get("title", data.text), value)
    assert float(data.attributes["value"]) == value
    (aim,) = shown.all("p", class_="target")
    holds(aim.text, target)
    values = [td.text for td in page.all("table", class_="periods")[0].all("td")]
    for text, point in zip(values, reversed(tile.series), strict=True):
        holds(text, point.value)
    row = next(r for r in render_markdown(view).splitlines() if r.startswith("| Figure"))
    holds(cells(row)[1], value)
    holds(cells(row)[3], target)
    line = next(li for li in render_chat(view).splitlines() if "Figure: " in li)
    holds(line.partition(": ")[2], value)
    (strong,) = document(render_mail(view)).all("strong", style="font-size:20px")
    holds(strong.text, value)


@given(value=VALUES, target=VALUES, unit=UNITS)
@settings(max_examples=60)
def test_what_programs_read(value: float, target: float, unit: UnitInfo) -> None:
    card, tile = card_of(value, target, unit, None)
    (written,) = json.loads(to_json(card))["sections"][0]["tiles"]
    assert (written["value"], written["target"]) == (value, target)
    rows = list(csv.DictReader(io.StringIO(to_csv(card), newline="")))
    (row,) = (r for r in rows if r["kind"] == "tile")
    assert (float(row["value"]), float(row["target"])) == (value, target)
    series = [float(r["value"]) for r in rows if r["kind"] == "series"]
    assert series == [p.value for p in tile.series]


@given(value=VALUES, target=VALUES, unit=UNITS)
@settings(max_examples=25)
def test_what_spreadsheets_read(value: float, target: float, unit: UnitInfo) -> None:
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    card, _ = card_of(value, target, unit, None)
    numbers = [float(v) for _, kind, v in next(iter(workbook(card).values())) if kind == "n" and v]
    # Excel keeps sixteen digits.
    assert numbers[:2] == pytest.approx([value, target], rel=1e-15, abs=0)
