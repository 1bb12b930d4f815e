"""Numbers: one rounding, right signs and separators, and every known trap of the formatter."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecards import COUNT, DAYS, MONEY, PERCENT, RATIO, SCORE
from tallybook.judge.model import UnitInfo
from tallybook.present.figures import Precision, full, precision, rounded
from tallybook.present.language import Language, language

Span = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
CUT = Precision(0)
LOCALES = ("en", "ru", "zh-Hant", "th", "ar", "ja")
SIGNS = str.maketrans({"\u2212": "-", "\u200e": "", "\u200f": "", "\u202f": "", "\xa0": ""})


def shown(value: float | None, unit: UnitInfo, cut: Precision, locale: str = "en") -> str:
    return language(locale).figures.value(value, unit, cut)


def read(text: str, speech: Language) -> Decimal:
    """A number as a reader of the locale reads it, units and group separators aside."""
    comma = speech.tag == "ru"
    kept = re.sub(r"[^0-9.,-]", "", text.translate(SIGNS)).rstrip(".,")
    return Decimal(kept.replace(",", ".") if comma else kept.replace(",", ""))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (999_999, "999,999"),
        (999_999.5, "1,000,000"),
        (1_000_000, "1M"),
        (1_234_567, "1.23M"),
        (12_345_678, "12.3M"),
        (999_499_999, "999M"),
        (999_500_000, "1B"),
        (999_999_999, "1B"),
        (-4_560_000, "\u22124.56M"),
        (1.5e15, "1500T"),
    ],
)
def test_millions_are_shortened_and_a_thousand_of_a_size_is_one_of_the_next(
    value: float, expected: str
) -> None:
    assert shown(value, COUNT, Precision(0, compact=True)) == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "$1.84M"),
        ("ru", "1,84\xa0млн\xa0$"),
        ("zh-Hant", "US$184萬"),
        ("th", "US$1.84M"),
        ("ar", "\u200f1.84\xa0مليون\xa0\u200eUS$\u200e"),
        ("ja", "$184万"),
    ],
)
def test_every_locale_shortens_money_its_own_way(locale: str, expected: str) -> None:
    assert shown(1_842_600.5, MONEY, Precision(0, compact=True), locale) == expected


def test_a_minus_is_a_minus_sign_and_zero_has_none() -> None:
    assert shown(-12, COUNT, Precision(0)) == "\u221212"
    assert shown(-0.0, COUNT, Precision(0)) == "0"
    assert shown(-0.04, SCORE, Precision(1)) == "0.0"
    assert shown(-0.0004, PERCENT, Precision(1)) == "0.0%"
    assert language("en").figures.change(-0.00001) == "0.0%"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_ascii_minus_in_any_locale(locale: str) -> None:
    figures = language(locale).figures
    units = (COUNT, MONEY, PERCENT, RATIO, DAYS, SCORE, UnitInfo("money", currency="JPY"))
    texts = [figures.value(-1234.5, unit, Precision(1)) for unit in units]
    texts += [figures.signed(-0.25, PERCENT, Precision(1)), figures.change(-0.25)]
    texts.append(figures.value(-5_000_000, MONEY, Precision(0, compact=True)))
    assert not [t for t in texts if "-" in t or "\u2212" not in t]


@pytest.mark.parametrize("locale", LOCALES)
def test_percent_metrics_are_multiplied_by_a_hundred_once(locale: str) -> None:
    speech = language(locale)
    assert read(speech.figures.percent(0.234), speech) == Decimal("23.4")
    assert read(speech.figures.points(0.006), speech) == Decimal("0.6")


def test_points_and_changes_carry_their_sign() -> None:
    figures = language("en").figures
    assert figures.signed(0.0062, PERCENT, Precision(1)) == "+0.6 pp"
    assert figures.signed(-0.0004, PERCENT, Precision(1)) == "\u22120.04 pp"
    assert figures.signed(1500, MONEY, Precision(0)) == "+$1,500"
    assert figures.change(0.0461) == "+4.6%"
    assert figures.change(-2.345) == "\u2212235%"


def test_a_small_value_keeps_figures_unless_its_decimals_are_declared() -> None:
    assert shown(0.0000312, PERCENT, precision(PERCENT, None, 0.0000312)) == "0.0031%"
    assert shown(0.0000312, PERCENT, precision(PERCENT, 1, 0.0000312)) == "0.0%"
    assert shown(0.004, MONEY, precision(MONEY, None, 0.004)) == "$0.0040"


def test_a_metric_is_cut_alike_in_value_and_target() -> None:
    cut = precision(MONEY, None, 1830.0, 1500)
    assert (shown(1830.0, MONEY, cut), shown(1500, MONEY, cut)) == ("$1,830", "$1,500")
    cents = precision(MONEY, None, 41.2, 40)
    assert (shown(41.2, MONEY, cents), shown(40, MONEY, cents)) == ("$41.20", "$40.00")


def test_a_currency_without_a_sign_of_its_own_keeps_off_the_digits() -> None:
    assert shown(5, UnitInfo("money", currency="CHF"), Precision(2)) == "CHF\xa05.00"
    assert shown(500, UnitInfo("money", currency="JPY"), precision(
        UnitInfo("money", currency="JPY"), None, 500)) == "¥500"  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", ["1 day", "2 days", "5 days", "1.5 days"]),
        ("ru", ["1 день", "2 дня", "5 дней", "1,5 дня"]),
        ("zh-Hant", ["1 天", "2 天", "5 天", "1.5 天"]),
        ("th", ["1 วัน", "2 วัน", "5 วัน", "1.5 วัน"]),
        ("ja", ["1日", "2日", "5日", "1.5日"]),
        ("ar", ["\u200f1 يوم", "\u200f2 يومان", "\u200f5 أيام", "\u200f1.5 يوم"]),
    ],
)
def test_durations_stand_in_their_plural_form(locale: str, expected: list[str]) -> None:
    values = ((1, 0), (2, 0), (5, 0), (1.5, 1))
    assert [shown(v, DAYS, Precision(d), locale) for v, d in values] == expected


@pytest.mark.parametrize("locale", LOCALES)
def test_no_duration_prints_the_key_of_a_pattern(locale: str) -> None:
    for span in get_args(Span):
        assert "duration" not in shown(47, UnitInfo("duration", duration=span), CUT, locale)


def test_arabic_digits_reach_percent_signs_and_separators() -> None:
    figures = language("ar", "arab").figures
    assert figures.percent(0.234) == "٢٣٫٤٪"
    assert figures.value(1234567, COUNT, Precision(0)) == "١٬٢٣٤٬٥٦٧"
    assert not re.search(r"[0-9]", figures.value(1_842_600, MONEY, Precision(0, compact=True)))


def test_a_percent_sign_stands_behind_its_number_after_arabic_letters_too() -> None:
    assert language("ar").figures.percent(0.831) == "\u200e83.1%"
    assert language("en").figures.percent(0.831) == "83.1%"
    assert language("ar", "arab").figures.percent(0.831) == "٨٣٫١٪"


def test_what_is_no_number_is_a_dash() -> None:
    for value in (None, float("nan"), float("inf"), -float("inf")):
        assert shown(value, MONEY, Precision(2)) == "—"


def test_rounding_is_half_away_from_zero() -> None:
    assert rounded(Decimal("0.125"), 2) == Decimal("0.13")
    assert rounded(Decimal("-2.5"), 0) == Decimal(-3)
    assert not rounded(Decimal("-0.4"), 0).is_signed()


@given(
    value=st.floats(min_value=-1e12, max_value=1e12),
    locale=st.sampled_from(LOCALES),
    unit=st.sampled_from((COUNT, MONEY, PERCENT, RATIO, SCORE)),
)
def test_a_whole_figure_reads_back_to_its_value(value: float, locale: str, unit: UnitInfo) -> None:
    speech = language(locale)
    cut = full(precision(unit, None, value))
    scaled = Decimal(str(value)) * (100 if unit.kind == "percent" else 1)
    back = read(speech.figures.value(value, unit, cut), speech)
    assert abs(back - scaled) <= Decimal(1).scaleb(-cut.decimals) / 2


@given(value=st.integers(min_value=1_000_000, max_value=10**14), locale=st.sampled_from(LOCALES))
def test_a_shortened_figure_never_has_four_digits_before_its_size_could_grow(
    value: int, locale: str
) -> None:
    text = shown(value, COUNT, Precision(0, compact=True), locale).translate(SIGNS)
    digits = re.match(r"\d+", text)
    assert digits is not None
    assert len(digits[0]) <= (4 if locale in ("ja", "zh-Hant") else 3)
