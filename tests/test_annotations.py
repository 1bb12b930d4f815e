"""What happened on a day: on the trends that it bears on, and told beside them in every twin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from documents import Element, document

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell

# Every date is beside what a page of this book must do with it.
BOOK = r"""
as_of: 2024-05-01
sources: {leads: {time: day, columns: {day: date}, dimensions: [channel]}}
annotations:
  - {date: 2024-04-01, text: After the last day}
  - {date: 2024-03-31, text: {en: Last day, ar: آخر يوم}}
  - {date: 2024-01-01, text: First day}
  - {date: 2023-12-31, text: Before the first day}
  - {date: 2024-02-07, text: Price list}
  - {date: 2024-02-07, text: Fair}
  - {date: 2024-02-08, text: "<b>=cmd()</b> | `x` *b*\u202Egone"}
  - {date: 2024-02-09, text: Of another metric, metrics: [double]}
  - {date: 2024-03-09, text: Of two metrics, metrics: [double, leads]}
metrics: {leads: {formula: count(leads)}, double: {formula: count(leads) * 2}}
scorecards:
  page:
    period: 2024-03
    sections: [{trend: leads, last: 3 months}, {trend: leads, last: 3 months, by: channel}]
"""
HOSTILE = "<b>=cmd()</b> | `x` *b*"
TOLD = [
    ("2024-01-01", "First day"),
    ("2024-02-07", "Price list"),
    ("2024-02-07", "Fair"),
    ("2024-02-08", f"{HOSTILE}gone"),
    ("2024-03-09", "Of two metrics"),
    ("2024-03-31", "Last day"),
]


@pytest.fixture
def built(shell: Shell) -> Path:
    shell.write("tallybook.yml", BOOK)
    days = ("2023-12-31", "2024-01-02", "2024-02-03", "2024-02-04", "2024-03-31", "2024-04-01")
    rows = "".join(f"{day},{channel}\n" for day in days for channel in ("mail", "fair"))
    shell.write("data/leads.csv", f"day,channel\n{rows}")
    ended = shell("build", "--format", "html,md,json", "--locale", "all", "--no-history")
    assert ended.status == 0, ended.err
    return shell.folder / "build"


def beside(page: Element) -> list[list[tuple[str, str]]]:
    return [
        [
            (item.all("time")[0].attributes["datetime"] or "", item.all("bdi")[0].text)
            for item in told.all("li")
        ]
        for told in page.all("ul", class_="events")
    ]


def test_pages_tell_what_happened_in_the_time_shown(built: Path) -> None:
    page = document((built / "page.html").read_text("utf-8"))
    assert beside(page) == [TOLD, TOLD]
    assert [e for e in page.all("b") if "cmd" in e.text] == []
    arabic = document((built / "page.ar.html").read_text("utf-8"))
    assert beside(arabic) == [[*TOLD[:-1], ("2024-03-31", "آخر يوم")]] * 2


def test_every_chart_has_one_line_for_a_period_in_which_something_happened(built: Path) -> None:
    for name, places in (("page.html", (2, 50, 98)), ("page.ar.html", (98, 50, 2))):
        page = document((built / name).read_text("utf-8"))
        drawn = [path.attributes["d"] for path in page.all("path", class_="event")]
        whole, *small = (("".join(f"M{x} 0V{high}" for x in places)) for high in (48, 40, 40))
        assert drawn == [whole, *small]


def test_markdown_tells_them_as_a_list_in_which_nothing_is_marked_up(built: Path) -> None:
    text = (built / "page.md").read_text("utf-8")
    told = [line for line in text.splitlines() if line.startswith("- ") and ", 2024: " in line]
    expected = [
        "- Jan 1, 2024: First day",
        "- Feb 7, 2024: Price list",
        "- Feb 7, 2024: Fair",
        r"- Feb 8, 2024: \<b\>=cmd()\</b\> \| \`x\` \*b\*gone",
        "- Mar 9, 2024: Of two metrics",
        "- Mar 31, 2024: Last day",
    ]
    assert told == expected * 2


def test_json_holds_their_days_and_texts_as_written(built: Path) -> None:
    trends = json.loads((built / "page.json").read_text("utf-8"))["sections"]
    for trend in trends:
        told = [(event["date"], event["text"]["default"]) for event in trend["events"]]
        assert told == [(d, t.replace("gone", "\u202egone")) for d, t in TOLD]
