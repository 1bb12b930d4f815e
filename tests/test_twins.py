"""Markdown, chat, CSV, JSON and the workbook: every figure reads back, every name is inert."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from html import unescape
from xml.etree import ElementTree as ET

import pytest

import scorecards
from scorecards import HOSTILE
from tallybook.judge.model import Note, Scorecard, TileGroup
from tallybook.present.page import present
from tallybook.present.plain import one_line
from tallybook.render.data import to_csv, to_json
from tallybook.render.marks import code_span
from tallybook.render.pages import CHAT_LIMIT, render_chat, render_markdown
from tallybook.render.workbook import to_xlsx

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def unescaped(text: str) -> str:
    return unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def cells(line: str) -> list[str]:
    """A table row of Markdown as its reader sees it."""
    return [unescaped(c.strip()) for c in re.split(r"(?<!\\)\|", line)[1:-1]]


def number(text: str) -> Decimal:
    return Decimal(re.sub(r"[^0-9.\-]", "", text.replace("\u2212", "-")))


def csv_rows(card: Scorecard) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(card), newline="")))


def test_every_tile_of_the_markdown_reads_back() -> None:
    shown = render_markdown(present(scorecards.marketing(), "en"))
    rows = {cells(r)[0]: cells(r) for r in shown.splitlines() if r.startswith("| ")}
    for tile in scorecards.TILES:
        row = rows[tile.metric.label.default]
        if tile.value is None:
            assert row[1] == "—"
            continue
        scale = 100 if tile.metric.unit.kind == "percent" else 1
        places = len(row[1].partition(".")[2].rstrip("%×"))
        error = abs(number(row[1]) - Decimal(str(tile.value)) * scale)
        assert error <= Decimal(1).scaleb(-places) / 2


def test_the_markdown_tables_are_whole() -> None:
    for card in (scorecards.marketing(), scorecards.corners(), scorecards.hostile()):
        width = None
        for line in render_markdown(present(card, "en")).splitlines():
            if not line.startswith("|"):
                width = None
                continue
            columns = len(re.split(r"(?<!\\)\|", line))
            assert width in (None, columns), line
            width = columns


def test_hostile_names_are_inert_in_markdown() -> None:
    shown = render_markdown(present(scorecards.hostile(), "en"))
    bare = re.sub(r"(`+).*?\1", "", re.sub(r"\\[!-/:-@\[-`{-~]", "", shown))
    assert not re.search(r"<(?!br>)", bare), "no tag but our own line break"
    # A note and a description are prose, in which an author may link to the web; names may not.
    assert re.findall(r"\]\((.*?)\)", bare) == ["http://evil.example/x.png"] * 2
    assert "![" not in bare.replace("\\![", "")
    assert "\u202e" not in shown
    for name in HOSTILE:
        assert one_line(name) in unescaped(shown)


@pytest.mark.parametrize(
    "text",
    [
        "Look: ![x](http://evil.example/x.png)",
        "a!![x](http://evil.example/x.png)",
        "*a !*[x](http://evil.example/x.png)",
        "**a ![x](http://evil.example/x.png)**",
        r"a \![x](http://evil.example/x.png)",
        "- item ![x](http://evil.example/x.png)",
    ],
)
def test_no_text_of_a_book_has_a_reader_fetch_an_image(text: str) -> None:
    note = Note(None, scorecards.text(text))
    card = replace(scorecards.marketing(), sections=(note,))
    shown = render_markdown(present(card, "en"))
    assert "](http://evil.example/x.png)" in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*!\[", shown)


def test_code_in_markdown_is_fenced_longer_than_what_it_holds() -> None:
    assert code_span("a `b` c") == "``a `b` c``"
    assert code_span("`x") == "`` `x ``"


def test_markdown_has_an_emoji_and_the_word_for_every_status() -> None:
    shown = render_markdown(present(scorecards.marketing(), "ru"))
    for words in ("✅ В норме", "⚠️ Внимание", "🛑 Отклонение", "⚪ Нет данных"):
        assert words in shown


def test_a_chat_message_is_short_worst_first_and_without_tables() -> None:
    view = present(scorecards.marketing(), "en")
    shown = render_chat(view)
    assert len(shown) <= CHAT_LIMIT
    assert "|" not in shown
    order = [shown.index(t.name) for t in view.ranking]
    assert order == sorted(order)
    assert view.ranking[0].name == "Customer acquisition cost"


@pytest.mark.parametrize("limit", [0, 300, 900])
def test_a_chat_message_leaves_out_whole_tiles_and_says_so(limit: int) -> None:
    shown = render_chat(present(scorecards.marketing(), "en"), limit)
    assert "More in the full scorecard" in shown
    assert len(shown) <= max(limit, 200)


def test_hostile_names_do_nothing_in_a_chat() -> None:
    shown = render_chat(present(scorecards.hostile(), "en"), 100_000)
    assert not re.search(r"[<@`*_~\[](?=\w)", shown)


def test_every_value_stands_in_the_csv_with_all_its_digits() -> None:
    card = scorecards.marketing()
    rows = csv_rows(card)
    for tile in scorecards.TILES:
        own = [r for r in rows if r["metric"] == tile.metric.name and r["kind"] == "tile"]
        assert [r["value"] for r in own] == ["" if tile.value is None else repr(tile.value)]
        assert own[0]["status"] == tile.status.value
        series = [r for r in rows if r["metric"] == tile.metric.name and r["kind"] == "series"]
        assert [r["value"] for r in series] == [
            "" if p.value is None else repr(p.value) for p in tile.series
        ]
    parts = {r["kind"] for r in rows}
    assert {"trend", "funnel_stage", "funnel_step", "breakdown_member", "breakdown_total"} <= parts


def test_the_csv_is_a_rectangle_and_its_periods_end_as_in_json() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(scorecards.marketing()), newline="")))
    assert {len(r) for r in rows} == {len(rows[0])}
    tile = next(r for r in csv_rows(scorecards.marketing()) if r["kind"] == "tile")
    assert (tile["start"], tile["end"], tile["period"]) == ("2025-06-01", "2025-07-01", "2025-06")
    period = json.loads(to_json(scorecards.marketing()))["period"]
    assert (period["start"], period["end"]) == (tile["start"], tile["end"])


def test_no_cell_of_a_csv_is_a_formula_and_negative_numbers_stay_numbers() -> None:
    for row in csv_rows(scorecards.hostile()):
        for name in ("title", "label", "member", "metric", "dimension", "unit"):
            assert not row[name].startswith(("=", "+", "-", "@", "\t", "\r"))
            assert "\n" not in row[name]
            assert "\u202e" not in row[name]
    values = [r["value"] for r in csv_rows(scorecards.corners())]
    assert "-14" in values


def test_json_holds_all_of_the_scorecard_exactly() -> None:
    card = scorecards.marketing()
    read = json.loads(to_json(card))
    assert list(read)[:4] == ["name", "title", "book", "period"]
    tiles = [t for s in read["sections"] if s["kind"] == "tiles" for t in s["tiles"]]
    for tile, written in zip(scorecards.TILES, tiles, strict=True):
        assert written["value"] == tile.value
        assert [p["value"] for p in written["series"]] == [p.value for p in tile.series]
        assert written["status"] == tile.status.value
    kinds = [s["kind"] for s in read["sections"]]
    assert kinds == ["tiles", "tiles", "tiles", "trend", "funnel", "breakdown", "note"]
    group = card.sections[0]
    assert isinstance(group, TileGroup)
    assert read["as_of"] == "2025-07-01T00:00:00+00:00"


def test_json_keeps_hostile_names_as_they_are() -> None:
    read = json.loads(to_json(scorecards.hostile()))
    labels = [t["metric"]["label"]["default"] for t in read["sections"][0]["tiles"]]
    assert labels == list(HOSTILE)


def workbook(card: Scorecard) -> dict[str, list[tuple[str, str, str]]]:
    """Sheet name to cells as (reference, type, value), formulas included as type `f`."""
    archive = zipfile.ZipFile(io.BytesIO(to_xlsx(card)))
    texts = [
        "".join(t.text or "" for t in item.iter(f"{SHEET}t"))
        for item in ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314 - our own
    ]
    names = [
        str(s.get("name"))
        for s in ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{SHEET}sheet")  # noqa: S314
    ]
    made = {}
    for number, name in enumerate(names, 1):
        root = ET.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
        made[name] = [_cell(c, texts) for c in root.iter(f"{SHEET}c")]
    return made


def _cell(cell: ET.Element, texts: list[str]) -> tuple[str, str, str]:
    value = cell.findtext(f"{SHEET}v") or ""
    kind = "f" if cell.find(f"{SHEET}f") is not None else cell.get("t", "n")
    return str(cell.get("r")), kind, texts[int(value)] if kind == "s" else value


def test_a_workbook_has_real_numbers_and_a_sheet_per_section() -> None:
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    read = workbook(scorecards.marketing())
    assert list(read) == [
        "Demand", "Sales", "Revenue", "Monthly recurring revenue", "Digital funnel",
        "By Channel", "Definitions and sources",
    ]  # fmt: skip
    values = [float(v) for _, kind, v in read["Sales"] if kind == "n" and v]
    for tile in scorecards.SALES:
        assert tile.value in values
    assert 0.234 in values


def test_hostile_names_are_strings_in_a_workbook() -> None:
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    read = workbook(scorecards.hostile())
    found = {value for sheet in read.values() for _, kind, value in sheet if kind == "s"}
    assert "f" not in {kind for sheet in read.values() for _, kind, _ in sheet}
    assert {one_line(n) for n in HOSTILE} <= found
    assert all(len(name) <= 31 for name in read)


def test_the_same_card_gives_the_same_workbook() -> None:
    pytest.importorskip("xlsxwriter", reason="the extra xlsx is not installed")
    assert to_xlsx(scorecards.marketing()) == to_xlsx(scorecards.marketing())
