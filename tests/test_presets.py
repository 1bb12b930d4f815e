"""The library's scorecards: complete, in six languages, and of use to a book with little data."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import polars as pl
import pytest
import yaml

from tallybook.book import open_book
from tallybook.judge.model import Breakdown, FunnelChart, Scorecard, TileGroup, Trend
from tallybook.paths import METRICS
from tallybook.sample import TABLES, generate

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.book import Book
    from tallybook.page import Built

LIBRARY = METRICS / "b2b_marketing"
LOCALES = ("en", "ru", "zh-Hant", "th", "ar", "ja")
NOW = dt.datetime(2024, 7, 1, 6, tzinfo=dt.UTC)
# What each of the usual lists of figures asks for.
WANTED = {
    "ceo": "mqls cost_per_mql sqos cost_per_sqo website_sessions leads cpl closed_won_deals mrr cac"
    " average_deal_size sales_cycle_length lead_to_close_rate",
    "paid_campaigns": "leads cpl cpc click_through_rate conversion_rate",
    "digital_marketing": "website_sessions mqls sqls visitor_to_lead_rate cac clv"
    " landing_page_conversion_rate customer_retention_rate marketing_roi",
    "content": "page_views time_on_page bounce_rate search_ranking cta_click_rate",
    "email_basics": "email_open_rate email_click_rate email_unsubscribe_rate",
    "social_basics": "social_reach social_followers social_engagements",
    "lead_generation": "campaign_roi ad_roi leads leads_projection lead_score",
    "top_of_funnel": "landing_page_visitors unpaid_sessions earned_media_impact",
    "community_and_nurture": "community_size community_engagement nurture_email_engagement_rate"
    " question_answer_time",
    "satisfaction": "nps product_usage survey_theme_share",
    "website": "visitors_by_referrer bounce_rate site_subscriptions logins pages_per_session"
    " session_duration visitor_to_lead_rate inbound_links",
    "search": "estimated_organic_traffic organic_traffic_value referring_domains top5_keywords"
    " search_impression_share",
    "social_media": "social_likes social_shares social_retweets social_comments social_mentions"
    " social_to_sale_share social_reach social_volume",
    "email": "email_delivery_rate email_open_rate email_subscribe_rate email_unsubscribe_rate"
    " email_click_rate email_mql_rate email_conversion_rate",
    "velocity": "mql_to_sql_rate stage_duration mql_to_sql_velocity sql_to_quote_velocity"
    " quote_to_close_velocity sales_response_time",
    "sales": "sales_volume revenue sales_growth cost_of_sale margin_attainment"
    " customer_satisfaction sales_response_time",
    "cost_and_value": "cpl cost_per_sql cac clv clv_growth customer_retention_rate upsell_revenue"
    " referrals marketing_net_gross_profit marketing_net_clv marketing_net_after_overheads",
}
DECLARED = yaml.safe_load((LIBRARY / "scorecards.yml").read_text(encoding="utf-8"))["scorecards"]


def opened(folder: Path, data: Path, *tables: str) -> Book:
    (folder / "tallybook.yml").write_text(
        "library: [b2b_marketing]\ntimezone: UTC\ncurrency: EUR\nas_of: 2024-07-01\n",
        encoding="utf-8",
    )
    return open_book(
        folder, sources={name: pl.read_parquet(data / f"{name}.parquet") for name in tables}
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, size=0.35, seed=4, format="parquet")
    return folder


@pytest.fixture(scope="module")
def pages(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """Every preset of a book that has all data."""
    full = opened(tmp_path_factory.mktemp("full"), data, *(t.name for t in TABLES))
    return {name: full.scorecard(name).build(now=NOW) for name in WANTED}


@pytest.fixture(scope="module")
def small(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    return opened(tmp_path_factory.mktemp("small"), data, "leads", "spend")


def on(preset: str) -> set[str]:
    """The metrics of a preset's tiles, trends and tables."""
    named: set[str] = set()
    for section in DECLARED[preset]["sections"]:
        named.update(section.get("tiles", ()), section.get("table", ()))
        named.update({section["trend"]} if "trend" in section else ())
    return named


def shown(card: Scorecard) -> set[str]:
    """The metrics that a page has a number, or a place for one, for."""
    found: set[str] = set()
    for section in card.sections:
        match section:
            case TileGroup(tiles=tiles):
                found.update(tile.metric.name for tile in tiles)
            case Trend(metric=metric):
                found.add(metric.name)
            case Breakdown(metrics=columns):
                found.update(metric.name for metric in columns)
            case _:
                pass
    return found


def test_there_is_a_preset_for_every_list() -> None:
    assert set(DECLARED) == set(WANTED)


@pytest.mark.parametrize("preset", WANTED)
def test_a_preset_has_all_that_its_list_asks_for(preset: str) -> None:
    assert set(WANTED[preset].split()) - on(preset) == set()


@pytest.mark.parametrize("preset", WANTED)
def test_titles_are_in_six_languages(preset: str) -> None:
    card = DECLARED[preset]
    for title in (card["title"], *(s["title"] for s in card["sections"] if "title" in s)):
        assert tuple(title) == LOCALES
        assert all(title.values())


@pytest.mark.parametrize("preset", WANTED)
def test_a_preset_is_full_where_all_data_is_there(pages: dict[str, Built], preset: str) -> None:
    built = pages[preset]
    assert shown(built.card) == on(preset)
    assert not [w for w in built.card.warnings if w.kind == "unavailable"]
    tiles = [t for s in built.card.sections if isinstance(s, TileGroup) for t in s.tiles]
    assert [t.metric.name for t in tiles if not any(p.value for p in t.series)] == []
    for section in built.card.sections:
        match section:
            case Breakdown(rows=rows):
                assert len(rows) > 1
            case Trend(lines=(line,)):
                assert any(point.value for point in line.points)
            case FunnelChart(parts=(part,)):
                assert all(row.value for row in part.rows)
            case _:
                pass
    for locale in LOCALES:
        title = DECLARED[preset]["title"][locale]
        assert f"{title}</" in built.to_html(locale).replace(" <", "<")


@pytest.mark.parametrize("preset", WANTED)
def test_a_preset_says_what_it_lacks_where_there_are_only_leads_and_spend(
    small: Book, preset: str
) -> None:
    built = small.scorecard(preset).build(now=NOW)
    page, there = built.to_html(), shown(built.card)
    missing = on(preset) - there
    assert all(small.checked.available(name) for name in there)
    for warning in built.card.warnings:
        if warning.kind == "unavailable" and warning.dimension is None:
            named = {metric.name for metric in warning.metrics}
            lacked = {source.name for source in warning.sources}
            assert all(small.checked.metrics[name].lacks == lacked for name in named)
            assert all(metric.label.text("en") in page for metric in warning.metrics)
            missing -= named
    assert missing == set()


def test_leads_and_spend_are_enough_for_costs_of_leads(small: Book) -> None:
    there = shown(small.scorecard("ceo").build(now=NOW).card)
    assert {"leads", "cpl", "mqls", "cost_per_mql"} <= there
    assert there & {"mrr", "cac", "website_sessions"} == set()


@pytest.mark.parametrize("preset", WANTED)
def test_a_page_has_no_english_sentence_in_it(pages: dict[str, Built], preset: str) -> None:
    tables = [s for s in pages[preset].card.sections if isinstance(s, Breakdown)]
    of_the_data = {str(row.member) for table in tables for row in table.rows}
    for locale in LOCALES[1:]:
        page = pages[preset].to_html(locale)
        words = re.sub(r"<(code|style|script|svg)\b.*?</\1>|<[^>]+>", "|", page, flags=re.DOTALL)
        found = set(re.findall(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b", words))
        assert found - of_the_data == set(), locale


def test_sources_and_dimensions_are_labelled_in_every_language() -> None:
    sources = yaml.safe_load((LIBRARY / "sources.yml").read_text(encoding="utf-8"))["sources"]
    labelled: set[str] = set()
    for source in sources.values():
        assert tuple(source["label"]) == LOCALES
        for said in source.get("dimensions", ()):
            name, of = (said, None) if isinstance(said, str) else next(iter(said.items()))
            if isinstance(of, dict) and "label" in of:
                assert tuple(of["label"]) == LOCALES
                labelled.add(name)
            assert name in labelled, f"the first `{name}` has no label"


def test_members_are_called_something_in_every_language() -> None:
    library = yaml.safe_load((LIBRARY / "sources.yml").read_text(encoding="utf-8"))
    called = {"channel_group": library["groups"]["channel_group"]["members"]}
    accepted: dict[str, set[str]] = {}
    for source in library["sources"].values():
        for said in source.get("dimensions", ()):
            if isinstance(said, dict) and isinstance(of := next(iter(said.values())), dict):
                called |= {next(iter(said)): of["members"]} if "members" in of else {}
        for check in source.get("checks", ()):
            if isinstance(check, dict) and "accepted" in check:
                accepted |= {name: set(values) for name, values in check["accepted"].items()}
    assert all(tuple(label) == LOCALES for labels in called.values() for label in labels.values())
    for name in ("channel", "device", "goal", "visibility", "sentiment", "team"):
        assert set(called[name]) == accepted[name]


def test_groups_of_members_are_labelled_too(data: Path, tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(
        "scorecards: {groups: {sections: [{table: [cpl], by: channel_group}]}}", encoding="utf-8"
    )
    built = opened(tmp_path, data, "leads", "spend").scorecard("groups").build(now=NOW)
    assert "مجموعة القنوات" in built.to_html("ar")


def test_a_books_own_label_of_a_dimension_goes_before_the_librarys(
    data: Path, tmp_path: Path
) -> None:
    (tmp_path / "own.yml").write_text(
        "sources: {leads: {dimensions: [{channel: {label: Way in}}]}}", encoding="utf-8"
    )
    card = opened(tmp_path, data, "leads", "spend").scorecard("ceo").build(now=NOW).card
    (table,) = (s for s in card.sections if isinstance(s, Breakdown))
    assert table.dimension.label.text("en") == "Way in"
