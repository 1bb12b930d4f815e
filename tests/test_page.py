"""The page: what stands on it, that it is whole, small, safe and always the same."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import scorecards
from documents import Element, document
from tallybook.declare.model import Localized
from tallybook.judge import model as m
from tallybook.judge.model import Breakdown, Note, Scorecard, Status
from tallybook.present.contents import built, present_index
from tallybook.present.messages import available
from tallybook.present.page import Options, PeriodLink, present
from tallybook.render.data import digest
from tallybook.render.pages import (
    render_fragment,
    render_html,
    render_index,
    render_mail,
    render_markdown,
)

LANGUAGES = tuple((tag, f"marketing.{tag}.html") for tag in available())
OPTIONS = Options(
    languages=LANGUAGES,
    previous=PeriodLink(scorecards.month(2025, 5), "../2025-05/marketing.html"),
    index="index.html",
    downloads=(("csv", "marketing.csv"), ("md", "marketing.md")),
    digest="0123456789ab",
)


def page(card: Scorecard, locale: str = "en", options: Options = OPTIONS) -> Element:
    return document(render_html(present(card, locale, options)))


@pytest.fixture(scope="module")
def marketing() -> Element:
    return page(scorecards.marketing())


def test_the_page_is_in_order(marketing: Element) -> None:
    heads = [e.text for e in marketing.all() if e.tag in ("h1", "h2")]
    assert heads == [
        "B2B marketing scorecard June 2025",
        "Summary",
        "Demand",
        "Sales",
        "Revenue",
        "Monthly recurring revenue",
        "Digital funnel",
        "By Channel",
        "How to read this page",
        "Definitions and sources",
    ]


def test_the_summary_counts_and_names_what_needs_attention_worst_first(
    marketing: Element,
) -> None:
    counts = marketing.all("ul", class_="counts")[0]
    assert [li.text for li in counts.all("li")] == [
        "5 On track", "4 Watch", "2 Off track", "1 No data",
    ]  # fmt: skip
    attention = marketing.all("ol", class_="attention")[0]
    assert [a.text for a in attention.all("a")] == [
        "Customer acquisition cost", "Marketing qualified leads", "Net promoter score",
    ]  # fmt: skip
    assert "22.0% above" in attention.text
    assert "Compare spend by channel" in attention.text


def test_a_turned_status_is_told(marketing: Element) -> None:
    turns = marketing.all("ul", class_="turns")[0]
    assert "Off track, was Watch" in turns.text
    assert len(turns.all("li")) == 4


def test_a_tile_says_value_status_target_and_changes(marketing: Element) -> None:
    tile = marketing.all("li", id="tile-win-rate")[0]
    assert tile.all("data")[0].attributes["value"] == "0.234"
    lines = " ".join(tile.text.split())
    assert lines.startswith("Win rate 23.4% Watch Target 25.0% · 1.6 pp below +0.6 pp vs May 2025")
    assert "better" in lines
    assert len(tile.all("svg", class_="bullet")) == len(tile.all("svg", class_="spark")) == 1


def test_a_tile_without_data_has_no_changes_and_no_bullet(marketing: Element) -> None:
    tile = marketing.all("li", id="tile-nps")[0]
    assert tile.all("p", class_="value")[0].text == "—"
    assert not tile.all("ul", class_="deltas")
    assert not tile.all("svg", class_="bullet")
    assert tile.all("path", class_="run")[0].attributes["d"].count("M") == 3


def test_corner_tiles_say_what_is_the_matter() -> None:
    shown = page(scorecards.corners())
    text = " ".join(shown.text.split())
    for words in (
        "Ad impressions 12.3B No target",
        "Too few (n = 12)",
        "Still maturing",
        "Target 18.0 to 22.0 · above range",
        "0.0031%",
        "Target 0 · 14 below",
    ):
        assert words in text
    body = shown.all("main")[0].text
    assert not re.search(r"\b(nan|inf|None|null)\b", body)


def test_a_period_that_is_not_over_says_so_and_ends_hollow() -> None:
    card = scorecards.marketing()
    june = scorecards.month(2025, 6, partial=True)
    tile = replace(
        scorecards.DEMAND[0],
        series=scorecards.course((1, 2, 3), june),
    )
    shown = page(replace(scorecards.scorecard(("", (tile,))), period=june))
    assert "Period not over yet" in shown.text
    assert shown.all("path", class_="hole")
    assert not page(card).all("path", class_="hole")


def test_every_id_is_unique_and_every_link_inside_leads_somewhere() -> None:
    for card in (scorecards.marketing(), scorecards.corners(), scorecards.hostile()):
        shown = page(card)
        ids = [e.attributes["id"] for e in shown.all() if "id" in e.attributes]
        assert len(ids) == len(set(ids))
        inside = {e.attributes["href"] for e in shown.all() if "href" in e.attributes}
        assert {h for h in inside if h.startswith("#")} <= {f"#{i}" for i in ids}


def test_values_by_period_stand_beside_every_chart(marketing: Element) -> None:
    definition = marketing.all("div", id="metric-cost-per-lead")[0]
    rows = definition.all("table")[0].all("tbody")[0].all("tr")
    assert [c.text.strip() for c in rows[0].all()] == ["Jun 2025", "$41.20"]
    assert len(rows) == 13


def test_the_breakdown_keeps_null_and_empty_members_and_sets_the_total_apart(
    marketing: Element,
) -> None:
    table = marketing.all("table", class_="breakdown")[0]
    names = [th.text for th in table.all("tbody")[0].all("th")]
    assert "Not given" in names
    assert "Print" in names
    closing = [th.text for th in table.all("tfoot")[0].all("th")]
    assert closing == ["All others", "Total"]
    sorted_by = [th for th in table.all("th") if "aria-sort" in th.attributes]
    assert [(th.text, th.attributes["aria-sort"]) for th in sorted_by] == [("Leads", "descending")]


def test_raw_values_stand_where_the_script_sorts(marketing: Element) -> None:
    table = marketing.all("table", class_="breakdown")[0]
    sortable = [th for th in table.all("thead")[0].all("th") if "data-s" in th.attributes]
    for row in table.all("tbody")[0].all("tr"):
        cells = [c for c in row.all() if "data-v" in c.attributes]
        assert len(cells) == len(sortable)


def test_a_breakdown_draws_one_line_per_row_of_what_it_is_sorted_by() -> None:
    card = scorecards.marketing()
    table = next(s for s in card.sections if isinstance(s, Breakdown))
    rows = tuple(
        replace(r, cells=tuple(replace(c, series=r.cells[0].series) for c in r.cells))
        for r in table.rows
    )
    shown = page(replace(card, sections=(replace(table, rows=rows, sorted_by="win_rate"),)))
    for row in shown.all("tbody")[0].all("tr"):
        cells = [c for c in row.parts if isinstance(c, Element)]
        assert [n for n, c in enumerate(cells) if c.all("svg")] == [4]


def test_svgs_hold_shapes_only(marketing: Element) -> None:
    for svg in marketing.all("svg"):
        assert svg.attributes["aria-hidden"] == "true"
        assert not svg.text.strip()


@pytest.mark.parametrize("locale", available())
def test_a_page_of_twelve_is_small(locale: str) -> None:
    text = render_html(present(scorecards.marketing(), locale, OPTIONS)).encode()
    assert len(text) <= 80_000
    assert len(gzip.compress(text)) <= 15_000


def test_the_policy_lets_in_nothing_but_our_own_style_and_script() -> None:
    text = render_html(present(scorecards.hostile(), "en", OPTIONS))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(style) == len(script) == 1
    for part in (*style, *script):
        hashed = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"sha256-{hashed}" in policy[1]
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert len(script[0].encode()) <= 2048
    assert not re.search(r"unsafe|https?:", policy[1])


def test_nothing_is_fetched_and_nothing_is_styled_or_run_in_line() -> None:
    for card in (scorecards.marketing(), scorecards.hostile()):
        shown = page(card)
        for element in shown.all():
            names = set(element.attributes)
            assert not {n for n in names if n.startswith("on")}, element
            assert "style" not in names
            assert "src" not in names
            if element.tag in ("link", "use"):
                assert element.attributes["href"].startswith(("data:,", "#"))


def test_hostile_names_stand_as_text() -> None:
    shown = page(scorecards.hostile(), "en")
    names = {h.text for h in shown.all("h3")}
    for name in scorecards.HOSTILE:
        plain = " ".join(re.sub("[\x00\x07\u202e]", "", name).split())
        assert plain in names
    assert len(shown.all("script")) == 1
    assert not shown.all("img")
    assert not shown.all("b", class_="x")


def test_no_steering_character_reaches_a_page() -> None:
    for locale in available():
        text = render_html(present(scorecards.hostile(), locale))
        assert not re.search("[\u202a-\u202e\x00-\x08]", text)


def test_links_in_prose_lead_to_the_web_only() -> None:
    card = scorecards.scorecard()
    text = scorecards.text("[a](javascript:x) [b](https://example.org) <i>c</i>")
    shown = page(replace(card, sections=(Note(None, text),)))
    prose = shown.all("section", class_="prose")[0]
    assert [a.attributes["href"] for a in prose.all("a")] == ["https://example.org"]
    assert "<i>c</i>" in prose.text


def test_arabic_runs_from_right_to_left() -> None:
    shown = page(scorecards.marketing(), "ar")
    root = shown.all("html")[0]
    assert (root.attributes["dir"], root.attributes["lang"]) == ("rtl", "ar")
    end = shown.all("li", id="tile-mqls")[0].all("path", class_="end")[0]
    assert end.attributes["d"].startswith("M2 ")
    kept = render_html(present(scorecards.marketing(), "ar", replace(OPTIONS, mirror_time=False)))
    assert "M98 " in document(kept).all("path", class_="end")[0].attributes["d"]


def test_dates_for_programs_stay_gregorian_in_thai() -> None:
    shown = page(scorecards.marketing(), "th")
    times = [t for t in shown.all("time") if t.text == "30 มิ.ย. 2568"]
    assert times[0].attributes["datetime"] == "2025-06-30"


def test_a_book_s_own_words_come_in_the_page_s_language() -> None:
    text = page(scorecards.marketing(), "ru").text
    assert "Стоимость лида" in text
    assert "Cost per lead" not in text


def test_a_page_links_to_its_neighbours(marketing: Element) -> None:
    header = marketing.all("header")[0]
    links = {a.attributes["href"]: a.text for a in header.all("a")}
    assert links["../2025-05/marketing.html"] == "Previous May 2025"
    assert links["marketing.ru.html"] == "Русский"
    assert "marketing.en.html" not in links
    assert [a.text for a in marketing.all("footer")[0].all("a")] == ["CSV", "Markdown"]


def test_an_empty_scorecard_is_a_page() -> None:
    shown = page(scorecards.scorecard(), options=Options())
    assert shown.all("h1")
    assert not shown.all("nav")


def test_a_fragment_has_the_body_and_no_header() -> None:
    shown = document(render_fragment(present(scorecards.marketing(), "en", OPTIONS)))
    assert not shown.all("header")
    assert not shown.all("footer")
    assert not shown.all("script")
    assert len(shown.all("li", class_="tile")) == 12
    assert shown.all("style")[0].text.startswith("@scope (.tallybook){")


def test_the_index_has_a_row_per_scorecard_and_period() -> None:
    card = scorecards.marketing()
    may = replace(card, period=scorecards.month(2025, 5))
    pages = [
        built(c, tag, f"{c.period.label}/{href}") for c in (may, card) for tag, href in LANGUAGES
    ]
    shown = document(render_index(present_index(pages, "en")))
    rows = shown.all("tbody")[0].all("tr")
    assert [r.all("td")[0].text for r in rows] == ["June 2025", "May 2025"]
    assert rows[0].all("th")[0].all("a")[0].attributes["href"] == "2025-06/marketing.en.html"
    assert len(rows[0].all("ul", class_="links")[0].all("a")) == len(LANGUAGES)
    assert dict(pages[0].counts)[Status.ON_TRACK] == 5


def test_a_letter_has_its_styles_in_line_and_nothing_to_fetch_or_run() -> None:
    for card in (scorecards.marketing(), scorecards.hostile()):
        text = render_mail(present(card, "en"))
        shown = document(text)
        assert len(text.encode()) <= 100 * 1024
        assert not {e.tag for e in shown.all()} & {"script", "img", "svg", "style", "link"}


CODE = """
import sys, scorecards
from tallybook.present.page import present
from tallybook.render.data import digest, to_csv, to_json
from tallybook.render.pages import render_html, render_markdown
card = scorecards.marketing()
for locale in ("en", "ar"):
    view = present(card, locale)
    sys.stdout.buffer.write((render_html(view) + render_markdown(view)).encode())
sys.stdout.buffer.write((to_json(card) + to_csv(card) + digest(card)).encode())
"""


def test_the_same_card_gives_the_same_bytes_on_any_machine() -> None:
    outputs = set()
    for seed, zone, lang in (("0", "UTC", "C"), ("77", "Asia/Tokyo", "ar_EG.UTF-8")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LANG": lang,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
        }
        done = subprocess.run(
            [sys.executable, "-c", CODE], env=environment, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_a_digest_follows_the_results_and_not_the_clock() -> None:
    card = scorecards.marketing()
    assert digest(card) == digest(replace(card, generated_at=None))
    assert digest(card) != digest(scorecards.corners())


def test_vanity_stands_small_after_its_group_and_out_of_the_counts() -> None:
    vain = replace(scorecards.CORNERS[0], vanity=Localized("it only ever grows"))
    shown = page(scorecards.scorecard(("Demand", (*scorecards.DEMAND, vain))))
    (small,) = shown.all("ul", class_="asides")
    assert small.all("li")[0].attributes["id"] == "tile-impressions"
    assert "Only for reference: it only ever grows" in small.text
    assert len(shown.all("li", class_="tile")) == len(scorecards.DEMAND)
    assert "No target" not in shown.all("ul", class_="counts")[0].text


def test_a_target_of_a_period_that_is_not_over_is_told_with_the_whole() -> None:
    tile = replace(scorecards.DEMAND[0], target=60000, target_whole=120000)
    assert "Target so far 60,000 of 120,000" in page(scorecards.scorecard(("Demand", (tile,)))).text


def test_events_stand_on_a_trend_and_beside_it() -> None:
    event = m.Event(dt.date(2025, 3, 4), scorecards.text("New price list", ru="Новые цены"))
    trend = m.Trend(
        None, scorecards.MRR, None, None,
        (m.TrendLine(None, scorecards.REVENUE[0].series),), (event,),
    )  # fmt: skip
    card = replace(scorecards.scorecard(), sections=(trend,))
    shown = page(card, "ru")
    assert "4 мар. 2025\u202fг. Новые цены" in shown.all("ul", class_="events")[0].text
    assert shown.all("path", class_="event")[0].attributes["d"] == "M74 0V48"
    assert "Mar 4, 2025: New price list" in render_markdown(present(card, "en", OPTIONS))


def test_a_condition_on_all_rows_is_shown() -> None:
    card = replace(scorecards.marketing(), condition='region = "EMEA"')
    assert 'Only rows with region = "EMEA"' in page(card).all("header")[0].text


def test_bars_are_explained_where_there_are_any() -> None:
    held, free = scorecards.DEMAND[0], scorecards.CORNERS[0]
    assert page(scorecards.scorecard(("Demand", (held, free)))).all("p", class_="legend")
    assert not page(scorecards.scorecard(("Demand", (free,)))).all("p", class_="legend")
