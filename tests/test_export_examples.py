"""The examples that put other programs' exports under the library: held to plain arithmetic."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from tallybook.book import open_book

EXAMPLES = Path(__file__).parents[1] / "examples"
NOW = dt.datetime(2024, 7, 1, 6, tzinfo=dt.UTC)
# Book, its page, and what the page cannot show for want of which table or column.
PAGES = [
    ("crm_export", "pipeline", {"lead_to_close_rate": {"leads", "opportunities.lead_id"}}),
    ("ads_export", "search_ads", {"cost_per_conversion": {"events", "spend"}}),
    ("email_export", "mail", {"email_mql_rate": {"leads"}}),
]
Row = dict[str, str]


def rows(path: str, encoding: str = "utf-8", separator: str = ",", skip: int = 0) -> list[Row]:
    lines = (EXAMPLES / path).read_text(encoding=encoding).splitlines()[skip:]
    return list(csv.DictReader(lines, delimiter=separator))


def asked(book: str, metrics: list[str], by: str | None = None) -> dict[object, list[object]]:
    """Values of June 2024, by member if asked."""
    frame = open_book(EXAMPLES / book).query(
        metrics, by=by or (), start="2024-06-01", end="2024-06-30"
    )
    return {
        row[by] if by else None: [row[m] for m in metrics] for row in frame.iter_rows(named=True)
    }


@pytest.mark.parametrize(("book", "page", "lacking"), PAGES, ids=[p[0] for p in PAGES])
def test_an_export_builds_a_page_that_names_what_it_lacks(
    book: str, page: str, lacking: dict[str, set[str]]
) -> None:
    opened = open_book(EXAMPLES / book)
    assert opened.diagnostics == ()
    assert opened.check_data() == ()
    built = opened.scorecard(page).build(now=NOW)
    named = {
        metric.name: {source.name for source in warning.sources}
        for warning in built.card.warnings
        if warning.kind == "unavailable"
        for metric in warning.metrics
    }
    assert named == lacking
    html = built.to_html()
    assert all(m.label.text("en") in html for w in built.card.warnings for m in w.metrics)


def test_the_crms_deals_are_those_of_the_file() -> None:
    deals = rows("crm_export/data/opportunities.csv", "latin1", ";")
    won: dict[object, list[float]] = {}
    for deal in deals:
        if deal["Stage"] == "Closed Won" and deal["Close Date"].endswith("06.2024"):
            channel = deal["Lead Source"].strip().lower().replace(" ", "_") or None
            renamed = {"trade_show": "event", "outbound_call": "outbound_sales"}
            amount = float(deal["Amount"].replace(".", "").replace(",", "."))
            won.setdefault(renamed.get(channel or "", channel), []).append(amount)
    answer = asked("crm_export", ["closed_won_deals", "closed_won_value"], "channel")
    assert {member: values for member, values in answer.items() if values[0]} == {
        channel: [len(amounts), pytest.approx(sum(amounts))] for channel, amounts in won.items()
    }


def test_the_crms_forecast_weighs_open_deals() -> None:
    forecast = open_book(EXAMPLES / "crm_export").query(
        "sales_forecast", grain="month", start="2024-07-01", end="2024-07-31"
    )
    expected = sum(
        float(deal["Amount"].replace(".", "").replace(",", "."))
        * int(deal["Probability (%)"])
        / 100
        for deal in rows("crm_export/data/opportunities.csv", "latin1", ";")
        if not deal["Stage"].startswith("Closed") and deal["Close Date"].endswith("07.2024")
        if deal["Amount"] != "k. A."
    )
    assert forecast["sales_forecast"].to_list() == [pytest.approx(expected)]


def test_the_ads_figures_are_those_of_the_file() -> None:
    shown = rows("ads_export/data/campaign-report.csv", "utf-8-sig", skip=2)
    june = [row for row in shown if row["Day"].endswith("06/2024")]
    for device, named in (("desktop", "Computers"), ("mobile", "Mobile phones")):
        mine = [row for row in june if row["Device"] == named]
        cost = sum(float(row["Cost"]) for row in mine)
        clicks = sum(int(row["Clicks"]) for row in mine)
        answer = asked("ads_export", ["ad_spend", "cpc"], "device")[device]
        assert answer == [pytest.approx(cost), pytest.approx(cost / clicks)]
    known = [
        (int(row["Impr."].replace(",", "")), float(row["Search impr. share"].rstrip("%")) / 100)
        for row in june
        if row["Search impr. share"] != "--"
    ]
    share = sum(n for n, _ in known) / sum(int(n / s + 0.5) for n, s in known)
    assert asked("ads_export", ["search_impression_share"])[None] == [pytest.approx(share)]


def test_the_mails_figures_are_those_of_the_file() -> None:
    sends = rows("email_export/data/recipient-activity.csv")
    june = [row for row in sends if row["Send Time"].startswith("06/")]
    for category, segment in (("lead", "Leads"), ("customer", "Customers")):
        mine = [row for row in june if row["Segment"] == segment]
        delivered = [row for row in mine if not row["Bounce Type"]]
        opened = sum(bool(row["First Open"]) for row in delivered)
        answer = asked(
            "email_export", ["email_delivery_rate", "email_open_rate"], "recipient_category"
        )
        assert answer[category] == [
            pytest.approx(len(delivered) / len(mine)),
            pytest.approx(opened / len(delivered)),
        ]
