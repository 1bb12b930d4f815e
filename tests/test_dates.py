"""Dates and periods in every language."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tallybook.judge.model import Period
from tallybook.present.language import language

if TYPE_CHECKING:
    from tallybook.declare.model import Grain

JUNE = Period("2025-06", "month", dt.date(2025, 6, 1), dt.date(2025, 7, 1))
WEEK = Period("2025-W19", "week", dt.date(2025, 5, 5), dt.date(2025, 5, 12))
SUNDAY_WEEK = Period("2025-05-04", "week", dt.date(2025, 5, 4), dt.date(2025, 5, 11))
QUARTER = Period("2025-Q2", "quarter", dt.date(2025, 4, 1), dt.date(2025, 7, 1))
YEAR = Period("2025", "year", dt.date(2025, 1, 1), dt.date(2026, 1, 1))
FISCAL = Period("FY2025-Q1", "fiscal_quarter", dt.date(2024, 4, 1), dt.date(2024, 7, 1))
FREE = Period("2024-12-28/2025-01-04", None, dt.date(2024, 12, 28), dt.date(2025, 1, 4))


@pytest.mark.parametrize(
    ("locale", "month", "week", "quarter", "year"),
    [
        ("en", "June 2025", "Week 19, 2025", "Q2 2025", "2025"),
        ("ru", "июнь 2025\u202fг.", "19-я неделя 2025 г.", "2-й квартал 2025 г.", "2025"),
        ("zh-Hant", "2025年6月", "2025年第19週", "2025年第2季", "2025年"),
        ("th", "มิถุนายน 2568", "สัปดาห์ที่ 19 ปี 2568", "ไตรมาส 2 ปี 2568", "2568"),
        ("ar", "يونيو 2025", "الأسبوع 19، 2025", "الربع الثاني 2025", "2025"),
        ("ja", "2025年6月", "2025年第19週", "2025年第2四半期", "2025年"),
    ],
)
def test_periods_have_their_usual_names(
    locale: str, month: str, week: str, quarter: str, year: str
) -> None:
    name = language(locale).calendar.period
    assert [name(p) for p in (JUNE, WEEK, QUARTER, YEAR)] == [month, week, quarter, year]


def test_a_week_from_sunday_and_a_free_range_are_named_by_their_days() -> None:
    name = language("en").calendar.period
    assert name(SUNDAY_WEEK) == "May 4\u2009–\u200910, 2025"
    assert name(FREE) == "Dec 28, 2024\u2009–\u2009Jan 3, 2025"


def test_fiscal_periods_say_so() -> None:
    assert language("en").calendar.period(FISCAL) == "Q1 FY2025"
    assert language("ja").calendar.period(FISCAL) == "FY2025第1四半期"


def test_thai_years_are_buddhist_in_every_part_of_a_range() -> None:
    calendar = language("th").calendar
    assert calendar.day(dt.date(2024, 2, 29)) == "29 ก.พ. 2567"
    assert calendar.period(FREE) == "28 ธ.ค. 2567 – 3 ม.ค. 2568"


def test_arabic_digits_in_dates_leave_other_signs_alone() -> None:
    assert language("ar", "arab").calendar.day(dt.date(2025, 6, 30)) == "٣٠ يونيو ٢٠٢٥"


@pytest.mark.parametrize("locale", ["en", "ru", "zh-Hant", "th", "ar", "ja", "de", "xx"])
def test_no_period_of_any_grain_fails_in_any_locale(locale: str) -> None:
    calendar = language(locale).calendar
    grains: tuple[Grain | None, ...] = (
        "day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year", None,
    )  # fmt: skip
    for grain in grains:
        for label in ("2025-06", "odd", "FY2025", "FY2025-Q2", "2025-W01"):
            period = Period(label, grain, dt.date(2025, 6, 1), dt.date(2025, 6, 2))
            assert calendar.period(period)
            assert calendar.short(period)


def test_a_time_of_day_is_shown_where_there_is_one() -> None:
    moment = dt.datetime(2025, 6, 30, 21, 4, tzinfo=dt.UTC)
    calendar = language("en").calendar
    assert calendar.moment(moment) == "Jun 30, 2025 21:04"
    assert calendar.moment(moment.replace(hour=0, minute=0)) == "Jun 30, 2025"
