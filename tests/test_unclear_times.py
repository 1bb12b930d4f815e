"""Times that clocks show twice, or never: read as the language says, counted, and told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tallybook.book import open_book
from tallybook.calendar.clocks import clock_changes, instant_of, wall_time
from tallybook.present.language import language
from tallybook.present.warnings import warning

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell
    from tallybook.book import Book

# In Berlin clocks went from 2 to 3 on 31 March, and from 3 back to 2 on 27 October.
TIMES = [
    "2024-03-31 01:59:59",
    "2024-03-31 02:00:00",  # never
    "2024-03-31 02:59:59",  # never
    "2024-03-31 03:00:00",
    "2024-10-27 01:59:59",
    "2024-10-27 02:00:00",  # twice
    "2024-10-27 02:30:00",  # twice
    "2024-10-27 02:59:59",  # twice
    "2024-10-27 03:00:00",
    "2024-11-05 12:00:00",
]
WITH_OFFSETS = ["2024-10-27T02:30:00+01:00", "2024-10-27T02:30:00+02:00", "2024-03-31T01:30:00Z"]
BOOK = """
as_of: 2024-12-01
timezone: Europe/Berlin
sources: {leads: {time: at, columns: {at: datetime}READ}}
metrics: {leads: {formula: count(leads)}, last: {formula: "max(leads.at)"}}
scorecards:
  october: {period: 2024-10, sections: [{tiles: [leads]}]}
  november: {period: 2024-11, sections: [{tiles: [leads]}]}
"""


def naive(times: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"at": [dt.datetime.fromisoformat(t) for t in times]})


def book(folder: Path, kind: str, times: list[str], read: str = "") -> Book:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "tallybook.yml").write_text(BOOK.replace("READ", read), encoding="utf-8")
    path = folder / "data" / f"leads.{'parquet' if kind == 'frame' else kind}"
    match kind:
        case "csv":
            path.write_text("\n".join(["at", *times, ""]), encoding="utf-8")
        case "parquet":
            naive(times).write_parquet(path)
        case _:
            return open_book(folder, sources={"leads": naive(times)})
    return open_book(folder)


def lints(of: Book, *days: dt.date) -> list[str]:
    found = of.unclear_times(*days)
    assert {(d.rule.id, d.is_error) for d in found} <= {("unclear-time", False)}
    return [d.message for d in found]


@pytest.mark.parametrize("kind", ["csv", "parquet", "frame"])
def test_both_are_counted(tmp_path: Path, kind: str) -> None:
    made = book(tmp_path, kind, TIMES)
    assert lints(made) == []
    made.query("leads")
    twice = "3 that clocks show twice, read as the earlier"
    never = "2 that no clock shows, moved forward"
    told = "`leads.at` has times without an offset in Europe/Berlin"
    assert lints(made) == [f"{told}: {twice}; {never}"]
    assert lints(made, dt.date(2024, 10, 1), dt.date(2024, 11, 1)) == [f"{told}: {twice}"]
    assert lints(made, dt.date(2024, 11, 1)) == []


@pytest.mark.parametrize("kind", ["csv", "parquet", "frame"])
@pytest.mark.parametrize(
    ("time", "instant"), [(TIMES[2], "2024-03-31 01:59:59"), (TIMES[6], "2024-10-27 00:30:00")]
)
def test_they_are_read_as_the_language_says(
    tmp_path: Path, kind: str, time: str, instant: str
) -> None:
    found = book(tmp_path, kind, [time]).query("last")["last"].item()
    assert found.astimezone(dt.UTC) == dt.datetime.fromisoformat(f"{instant}+00:00")


def test_a_whole_day_that_was_left_out_is_moved_forward(tmp_path: Path) -> None:
    made = book(tmp_path, "csv", ["2011-12-30 12:00:00"], ", timezone: Pacific/Apia")
    found = made.query("last")["last"].item()
    assert found.astimezone(dt.UTC) == dt.datetime(2011, 12, 30, 22, tzinfo=dt.UTC)
    assert "1 that no clock shows" in lints(made)[0]


def test_times_with_an_offset_are_clear(tmp_path: Path) -> None:
    made = book(tmp_path, "csv", WITH_OFFSETS)
    made.query("leads")
    assert lints(made) == []
    made = book(tmp_path, "csv", [*WITH_OFFSETS, TIMES[6]])
    made.query("leads")
    assert "1 that clocks show twice" in lints(made)[0]


def test_patterns_are_followed(tmp_path: Path) -> None:
    made = book(tmp_path, "csv", ["27.10.2024 02:30"], ', read: {dates: "%d.%m.%Y %H:%M"}')
    made.query("leads")
    assert "1 that clocks show twice" in lints(made)[0]
    text = ', read: {dates: "%d.%m.%Y %H:%M%z"}'
    made = book(tmp_path, "csv", ["27.10.2024 02:30+0100"], text)
    made.query("leads")
    assert lints(made) == []


def test_a_source_in_utc_has_none(tmp_path: Path) -> None:
    made = book(tmp_path, "csv", TIMES, ", timezone: UTC")
    made.query("leads")
    assert lints(made) == []


def test_the_data_check_counts_them(tmp_path: Path) -> None:
    (found,) = book(tmp_path, "parquet", TIMES).check_data()
    assert found.rule.id == "unclear-time"


def test_a_page_tells_those_of_its_period(tmp_path: Path) -> None:
    made = book(tmp_path, "csv", TIMES)
    card = made.scorecard("october").build().card
    assert [warning(w, card, language("en")) for w in card.warnings] == [
        "Leads: times that clocks show twice, read as the earlier one: At 3"
    ]
    assert not made.scorecard("november").build().card.warnings


def test_a_query_and_a_build_tell_on_standard_error(tmp_path: Path, in_book: Shell) -> None:
    own = tmp_path / "own"
    own.mkdir()
    book(own, "csv", TIMES)
    where = ("--book", str(own))
    for command in (("query", "leads"), ("build", "--output", str(own / "out"))):
        ended = in_book(*command, *where)
        assert ended.status == 0
        assert "lint[unclear-time]: `leads.at` has times" in ended.err
        assert "unclear-time" not in ended.out
        assert in_book(*command, *where, "--strict").status == 1
    quiet = in_book("query", "leads", "--from", "2024-11-01", "--to", "2024-11-30", *where)
    assert "unclear-time" not in quiet.err


def test_clocks_of_all_kinds() -> None:
    def told(zone: str, first: int, last: int) -> list[tuple[str, str, bool]]:
        changes = clock_changes(ZoneInfo(zone), first, last)
        return [(str(c.start), str(c.end), c.twice) for c in changes]

    assert told("Europe/Berlin", 2024, 2024) == [
        ("2024-03-31 02:00:00", "2024-03-31 03:00:00", False),
        ("2024-10-27 02:00:00", "2024-10-27 03:00:00", True),
    ]
    assert told("Australia/Lord_Howe", 2024, 2024) == [
        ("2024-04-07 01:30:00", "2024-04-07 02:00:00", True),
        ("2024-10-06 02:00:00", "2024-10-06 02:30:00", False),
    ]
    assert told("Pacific/Apia", 2011, 2011)[-1] == (  # a whole day was left out
        "2011-12-30 00:00:00",
        "2011-12-31 00:00:00",
        False,
    )
    assert told("Asia/Tokyo", 1990, 2024) == []
    assert told("UTC", 1990, 9999) == []


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_times_at_the_ends_of_the_calendar_stay_in_it(zone: str) -> None:
    place = ZoneInfo(zone)
    for edge in (dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23)):
        instant = instant_of(edge, place)
        assert abs(wall_time(instant, place) - edge) < dt.timedelta(days=1)
    noon = dt.datetime(2024, 7, 1, 12)
    assert wall_time(instant_of(noon, place), place) == noon != instant_of(noon, place)
