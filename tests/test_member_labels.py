"""What members are called: on pages by their labels, in formulas and data files by their values."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

import tallybook as tb
from tallybook.present.page import present
from tallybook.render.workbook import sheets
from tallybook.resolve.members import member_labels

if TYPE_CHECKING:
    from pathlib import Path

LOCALES = ("en", "ru", "zh-Hant", "th", "ar", "ja")

BOOK = """
as_of: 2024-07-01
locales: [en, ru]
groups:
  kind:
    of: channel
    social: [fb]
    paid: [ads, ads2]
    members: {social: {en: Social networks, ru: Соцсети, ar: شبكات التواصل}}
sources:
  deals:
    time: day
    columns: {day: date, amount: integer, channel: string, ok: boolean, level: integer}
    dimensions:
      - channel:
          label: {en: Channel, ru: Канал}
          members:
            fb: Facebook
            mail: {en: E-mail, ru: Почта, zh-Hant: 電子郵件, th: อีเมล, ar: البريد, ja: メール}
            "": {en: Nothing said}
            never_seen: Never seen
      - ok: {members: {"true": {en: Closed, ru: Закрыта}}}
      - level: {members: {"1": First}}
      - size: {bands: amount, at: [100, 10000]}
      - grade: {bands: amount, at: [100, 10000], labels: [s, m, l], members: {s: Small}}
  other:
    time: day
    columns: {day: date, channel: string}
    dimensions: [{channel: {members: {fb: Second to say it, pr: Press}}}]
metrics: {deals: {formula: count(deals)}, others: {formula: count(other)}}
funnels: {way: [deals, others]}
scorecards:
  page:
    period: 2024-06
    sections:
      - {table: [deals], by: channel, sort: channel}
      - {table: [deals], by: kind, sort: kind}
      - {table: [deals], by: ok, sort: ok}
      - {table: [deals], by: level, sort: -level}
      - {table: [deals], by: size, sort: size}
      - {table: [deals], by: grade, sort: -grade}
      - {trend: deals, last: 3 months, by: channel}
      - {funnel: way, by: channel}
"""
DEALS = """day,amount,channel,ok,level
2024-06-01,5,fb,true,1
2024-06-02,500,mail,false,2
2024-06-03,50000,,true,10
2024-06-04,600,ads,,2
"""
OTHER = "day,channel\n2024-06-01,pr\n2024-06-02,fb\n"


def book(tmp_path: Path, text: str = BOOK, deals: str = DEALS) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "tallybook.yml").write_text(text, encoding="utf-8")
    (tmp_path / "data" / "deals.csv").write_text(deals, encoding="utf-8")
    (tmp_path / "data" / "other.csv").write_text(OTHER, encoding="utf-8")
    return tmp_path


@pytest.fixture
def built(tmp_path: Path) -> tb.page.Built:
    return tb.load(book(tmp_path)).scorecard("page").build()


def rows(built: tb.page.Built, section: int, locale: str) -> list[str]:
    shown = present(built.card, locale).sections[section]
    assert shown.kind == "breakdown"
    return [row.name for row in shown.members]


@pytest.mark.parametrize(
    ("locale", "names"),
    [
        ("en", ["ads", "Facebook", "E-mail", "Not given"]),
        ("ru", ["ads", "Facebook", "Почта", "Не указано"]),
        ("zh-Hant", ["ads", "Facebook", "電子郵件", "未提供"]),
        ("th", ["ads", "Facebook", "อีเมล", "ไม่ระบุ"]),
        ("ar", ["ads", "Facebook", "البريد", "غير محدد"]),
        ("ja", ["ads", "Facebook", "メール", "未設定"]),
    ],
)
def test_members_have_their_label_in_the_page_s_language_else_their_value(
    built: tb.page.Built, locale: str, names: list[str]
) -> None:
    assert rows(built, 0, locale) == names


def test_groups_have_labels_and_members_in_no_group_that_of_their_own_dimension(
    built: tb.page.Built,
) -> None:
    assert rows(built, 1, "en") == ["E-mail", "paid", "Social networks", "Not given"]
    assert rows(built, 1, "ru") == ["Почта", "paid", "Соцсети", "Не указано"]


def test_truth_values_and_numbers_are_called_by_their_text(built: tb.page.Built) -> None:
    assert rows(built, 2, "ru") == ["Нет", "Закрыта", "Не указано"]
    assert rows(built, 3, "en") == ["10", "2", "First"]


def test_bands_stand_from_low_to_high_with_numbers_as_the_page_writes_them(
    built: tb.page.Built,
) -> None:
    assert rows(built, 4, "en") == ["< 100", "100–10,000", "≥ 10,000"]
    assert rows(built, 4, "ru") == ["< 100", "100–10\xa0000", "≥ 10\xa0000"]
    assert rows(built, 5, "en") == ["l", "m", "Small"]


def test_trends_and_funnels_call_members_by_their_labels(built: tb.page.Built) -> None:
    sections = present(built.card, "ru").sections
    trend, funnel = sections[6], sections[7]
    assert trend.kind == "trend"
    assert funnel.kind == "funnel"
    assert [p.name for p in trend.panels] == ["ads", "Facebook", "Почта", "Не указано"]
    assert trend.table.columns == ("ads", "Facebook", "Почта", "Не указано")
    assert [m.name for m in funnel.members] == ["ads", "Facebook", "Почта", "Press", "Не указано"]


def test_the_page_of_one_member_is_called_by_its_label(tmp_path: Path) -> None:
    page = tb.load(book(tmp_path)).scorecard("page").build(part=("channel", "mail"))
    assert present(page.card, "ar").title.endswith("البريد")
    assert page.card.part is not None
    assert page.card.part.member == "mail"


def test_markdown_and_workbooks_have_the_labels(built: tb.page.Built) -> None:
    assert "| Почта | 1 |" in built.to_markdown("ru")
    table = sheets(built.card, "ru")[0]
    assert [row[0] for row in table.rows] == [
        *("Канал", "ads", "Facebook", "Почта", "Не указано", "Итого")
    ]


def test_data_files_keep_the_values_and_have_the_labels_beside_them(built: tb.page.Built) -> None:
    said = list(csv.DictReader(io.StringIO(built.to_csv(), newline="")))
    pairs = {(r["dimension"], r["member"], r["member_label"]) for r in said if r["dimension"]}
    assert ("channel", "mail", "E-mail") in pairs
    assert ("channel", "ads", "") in pairs
    assert ("ok", "true", "Closed") in pairs
    assert ("size", "100–10000", "") in pairs
    channel = json.loads(built.to_json())["sections"][0]
    assert [row["member"] for row in channel["rows"]] == ["ads", "fb", "mail", None, None]
    labels = {m["member"]: m["label"]["default"] for m in channel["dimension"]["members"]}
    assert labels == {"fb": "Facebook", "mail": "E-mail"}


def test_a_question_is_asked_and_answered_in_values(tmp_path: Path) -> None:
    loaded = tb.load(book(tmp_path))
    frame = loaded.query("deals", by="channel", where='channel = "mail"')
    assert frame["channel"].to_list() == ["mail"]


@pytest.mark.parametrize("locale", LOCALES)
def test_hostile_labels_stand_as_text(tmp_path: Path, locale: str) -> None:
    hostile = "<script>alert(1)</script>|`\u202egnp"
    text = BOOK.replace("fb: Facebook", f"fb: '{hostile}'")
    built = tb.load(book(tmp_path, text)).scorecard("page").build()
    page, letter = built.to_html(locale), built.to_mail(locale)
    assert "<script>alert" not in page + letter
    assert "\u202e" not in page + letter + built.to_markdown(locale)
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;|`gnp</bdi>" in page


def test_labels_of_members_change_no_definition(tmp_path: Path) -> None:
    """What a page remembers of earlier ones is told again where a definition changed."""
    first = tb.load(book(tmp_path)).scorecard("page").build().records
    renamed = BOOK.replace("fb: Facebook", "fb: Meta").replace("Social networks", "Networks")
    (tmp_path / "tallybook.yml").write_text(renamed, encoding="utf-8")
    assert tb.load(tmp_path).scorecard("page").build().records == first


@pytest.mark.parametrize(
    "labels",
    [
        "{fb: Mail, mail: Mail}",
        "{fb: {en: A, ru: Почта}, mail: {en: B, ru: Почта}}",
        "{fb: Mail, mail: {en: E-mail, ru: Mail}}",
    ],
)
def test_two_members_of_one_name_are_a_lint(tmp_path: Path, labels: str) -> None:
    start, end = BOOK.index("          members:\n"), BOOK.index("      - ok:")
    text = f"{BOOK[:start]}          members: {labels}\n{BOOK[end:]}"
    (told,) = [d for d in tb.load(book(tmp_path, text)).diagnostics if "called" in d.message]
    assert told.rule.id == "members-alike"
    assert told.rule.severity == "lint"
    assert told.message.startswith("`fb` and `mail` of `channel` are both called")


def test_a_book_s_label_goes_before_that_of_its_library(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "leads.csv").write_text("lead_id,channel\n1,email\n", encoding="utf-8")
    (tmp_path / "tallybook.yml").write_text(
        "library: [b2b_marketing]\n"
        "sources: {leads: {dimensions: [{channel: {members: {email: Letters, fax: By fax}}}]}}\n",
        encoding="utf-8",
    )
    labels = member_labels("channel", tb.load(tmp_path).checked.book)
    assert labels["email"].label.text("ja") == "Letters"
    assert labels["fax"].label.default == "By fax"
    assert labels["paid_search"].label.text("ru") == "Платный поиск"


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ("at: [100, 10000], labels: [small, large]", "expected 3 names, one more than there are"),
        ("at: [100], labels: [a, a]", "expected another name than that of a range before"),
        ("at: [10000, 100]", "expected a number above 10000"),
        ("at: []", "expected at least one number"),
    ],
)
def test_cuts_and_names_of_bands_must_fit(tmp_path: Path, bands: str, said: str) -> None:
    text = BOOK.replace(
        "size: {bands: amount, at: [100, 10000]}", f"size: {{bands: amount, {bands}}}"
    )
    with pytest.raises(tb.BookError) as refused:
        tb.load(book(tmp_path, text))
    assert any(said in d.message for d in refused.value.diagnostics)
