"""Geometry: everything inside its box, gaps where no data is, mirrored as a whole."""

from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from tallybook.judge.model import BulletScale
from tallybook.present import charts

values = st.lists(
    st.one_of(st.none(), st.floats(min_value=-1e9, max_value=1e9), st.integers(-1000, 1000)),
    min_size=2,
    max_size=30,
)


def points(path: str) -> list[tuple[float, float]]:
    found = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)
    return [(float(x), float(y)) for x, y in found]


def test_a_line_is_straight_between_periods_and_broken_where_there_is_no_data() -> None:
    series = [0, 10, None, 5, None]
    drawn = charts.line(series, scale=charts.Scale(0, 10, 30, edge=0))
    assert drawn is not None
    assert drawn.path == "M2 30L26 0M74 15h0"
    assert drawn.end == charts.Dot("74", "15", hollow=False)


def test_the_end_is_hollow_only_where_the_last_period_has_a_value_and_is_not_over() -> None:
    scale = charts.Scale(0, 10, 30, edge=0)
    over = charts.line([1, 2], scale=scale, partial=True)
    gone = charts.line([1, None], scale=scale, partial=True)
    assert over is not None
    assert over.end is not None
    assert over.end.hollow
    assert gone is not None
    assert gone.end is not None
    assert not gone.end.hollow


def test_nothing_is_drawn_of_one_period_or_no_value() -> None:
    scale = charts.close_scale([1], 30)
    assert charts.line([1], scale=scale) is None
    assert charts.line([None, None, float("nan")], scale=scale) is None


@given(series=values)
def test_every_point_lies_in_the_box_and_is_rounded_to_a_tenth(
    series: list[float | None],
) -> None:
    drawn = charts.line(series, scale=charts.close_scale(series, 32))
    if drawn is None:
        assert all(v is None for v in series)
        return
    assert len(points(drawn.path)) == sum(v is not None for v in series)
    for x, y in points(drawn.path):
        assert 0 <= x <= 100
        assert 0 <= y <= 32
    assert not re.search(r"\.\d\d", drawn.path)
    assert not re.search(r"nan|inf|e", drawn.path)


@given(series=values)
def test_mirroring_turns_time_around_and_nothing_else(series: list[float | None]) -> None:
    scale = charts.close_scale(series, 32)
    plain = charts.line(series, scale=scale)
    turned = charts.line(series, scale=scale, mirrored=True)
    if plain is None or turned is None:
        return
    for (x, y), (mirror_x, mirror_y) in zip(points(plain.path), points(turned.path), strict=True):
        assert math.isclose(x + mirror_x, 100, abs_tol=0.11)
        assert y == mirror_y


def test_bands_touch_and_fill_the_axis_whichever_end_is_good() -> None:
    for better, order in (
        (BulletScale(0, 120, 98, 92), ["bad", "watch", "good"]),
        (BulletScale(0, 120, 102, 108), ["good", "watch", "bad"]),
    ):
        made = charts.bullet(90, 100, better)
        assert [b.tone for b in made.bands] == order
        edge = 0.0
        for band in made.bands:
            assert math.isclose(float(band.x), edge, abs_tol=1e-9)
            edge = round(edge + float(band.width), 1)
        assert edge == 100


def test_a_value_beyond_the_axis_ends_at_it_and_a_negative_one_begins_at_zero() -> None:
    assert charts.bullet(500, 100, BulletScale(0, 120, 98, 92)).bar == charts.Band(
        "value", "0", "100"
    )
    below = charts.bullet(-50, 0, BulletScale(-100, 100, 0, -20)).bar
    assert below == charts.Band("value", "25", "25")


def test_a_bullet_is_mirrored() -> None:
    made = charts.bullet(60, 100, BulletScale(0, 120, 98, 92), mirrored=True)
    assert made.bar == charts.Band("value", "50", "50")
    assert made.target == "16.7"


@given(series=values, most=st.integers(1, 5))
def test_ticks_are_few_even_and_hold_all_values(series: list[float | None], most: int) -> None:
    marks = charts.ticks(series, most)
    known = [v for v in series if v is not None]
    assert 2 <= len(marks) <= most + 2
    if known:
        slack = (marks[-1] - marks[0]) * 1e-9
        assert marks[0] <= min(known) + slack
        assert max(known) - slack <= marks[-1]
    steps = {round((b - a) / (marks[1] - marks[0]), 6) for a, b in zip(marks, marks[1:])}  # noqa: B905, RUF007 - neighbours
    assert steps == {1.0}


def test_an_axis_begins_at_zero_unless_that_would_flatten_the_line() -> None:
    assert charts.ticks([10, 90])[0] == 0
    assert charts.ticks([980, 1000])[0] > 0
