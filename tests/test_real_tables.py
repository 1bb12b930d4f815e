"""Known figures of a real table, asked through the command line, from CSV and from Parquet."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tallybook.book import open_book

if TYPE_CHECKING:
    from pathlib import Path

BOOK = """
name: Sales opportunities
currency: USD
as_of: 2018-01-01
data: .
sources:
  pipeline:
    path: sales_pipeline.{suffix}
    key: opportunity_id
    time: close_date
    columns:
      product: {{type: string, map: {{GTXPro: GTX Pro}}}}
      engage_date: date
      close_date: date
      close_value: {{type: integer, unit: USD}}
      cycle: {{formula: "days(engage_date, close_date)"}}
    dimensions: [product, {{region: agent.regional_office}}, {{sector: company.sector}}]
    links:
      agent: {{to: sales_teams, on: sales_agent}}
      company: {{to: accounts, on: account}}
      item: {{to: products, on: product}}
  sales_teams: {{key: sales_agent}}
  accounts: {{key: account}}
  products: {{key: product, columns: {{sales_price: {{type: integer, unit: USD}}}}}}
metrics:
  opportunities: {{formula: count(pipeline), label: Opportunities}}
  won: {{formula: count(pipeline where deal_stage = "Won"), better: higher, target: 1200}}
  lost: {{formula: count(pipeline where deal_stage = "Lost"), better: lower}}
  open_deals: {{formula: opportunities - won - lost}}
  win_rate: {{formula: won / (won + lost), unit: percent, better: higher, target: 60%}}
  win_rate_of_all: {{formula: won / opportunities, unit: percent}}
  revenue:
    formula: sum(pipeline.close_value where deal_stage = "Won")
    unit: USD
    better: higher
    target: 3000000
  mean_deal: {{formula: avg(pipeline.close_value where deal_stage = "Won"), unit: USD}}
  median_deal: {{formula: median(pipeline.close_value where deal_stage = "Won"), unit: USD}}
  days_mean: {{formula: avg(pipeline.cycle where deal_stage = "Won"), unit: days}}
  days_median: {{formula: median(pipeline.cycle where deal_stage = "Won"), unit: days}}
  days_p90:
    formula: |
      percentile(pipeline.cycle, 0.9 where deal_stage = "Won")
    unit: days
  list_price: {{formula: sum(pipeline.item.sales_price), unit: USD}}
  revenue_growth: {{formula: growth(revenue), unit: percent}}
funnels:
  deals: [opportunities, won]
scorecards:
  sales:
    title: Sales
    period: 2017-Q4
    sections:
      - {{title: Deals, tiles: [won, win_rate, revenue, mean_deal]}}
      - {{trend: revenue, last: 4 quarters, by: region}}
      - {{funnel: deals, by: region}}
      - {{table: [won, revenue, win_rate], by: product, sort: -revenue}}
"""

WHOLE = {
    "opportunities": 8800,
    "won": 4238,
    "lost": 2473,
    "open_deals": 2089,
    "win_rate": 0.6315005215318135,
    "win_rate_of_all": 0.48159090909090907,
    "revenue": 10_005_534,
    "mean_deal": 2360.9093912222747,
    "median_deal": 1117,
    "days_mean": 51.781972628598396,
    "days_median": 57,
    "days_p90": 106,
    "list_price": 20_936_165,
}
REVENUE = {"2017-Q1": 1_134_672, "2017-Q2": 3_086_111, "2017-Q3": 2_982_255}
CENTRAL = {
    "won": 1629,
    "revenue": 3_346_293,
    "mean_deal": 2054.2007366482503,
    "win_rate": 0.6255760368663594,
}


@pytest.fixture(scope="module", params=["csv", "parquet"])
def folder(
    request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A book over the sales opportunities, in files of one kind."""
    suffix: str = request.param
    root = tmp_path_factory.mktemp(suffix)
    for path in sorted((shared / "data" / "crm_sales").glob("*.csv")):
        if suffix == "csv":
            shutil.copy(path, root)
        else:
            pl.read_csv(path, try_parse_dates=True).write_parquet(root / f"{path.stem}.parquet")
    (root / "tallybook.yml").write_text(BOOK.format(suffix=suffix), encoding="utf-8")
    return root


def _query(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tallybook", "query", *arguments, "--format", "json"]
    done = subprocess.run(
        [*command, "--book", str(folder)], capture_output=True, check=True, text=True
    )
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return rows


def test_all_deals_together(folder: Path) -> None:
    (row,) = _query(folder, *WHOLE)
    assert {name: row[name] for name in WHOLE} == pytest.approx(WHOLE, rel=1e-9)


def test_quarters(folder: Path) -> None:
    span = ("--from", "2017-01-01", "--to", "2017-09-30")
    rows = _query(folder, "revenue", "revenue_growth", "--grain", "quarter", *span)
    assert {row["period"]: row["revenue"] for row in rows} == REVENUE
    assert rows[2]["revenue_growth"] == pytest.approx(-0.03365271048254581, rel=1e-9)


def test_one_region(folder: Path) -> None:
    rows = _query(folder, *CENTRAL, "--by", "region")
    central = next(row for row in rows if row["region"] == "Central")
    assert {name: central[name] for name in CENTRAL} == pytest.approx(CENTRAL, rel=1e-9)
    (filtered,) = _query(folder, *CENTRAL, "--where", 'region = "Central"')
    assert {name: filtered[name] for name in CENTRAL} == pytest.approx(CENTRAL, rel=1e-9)


def test_regions_by_quarter_add_up(folder: Path) -> None:
    span = ("--from", "2017-01-01", "--to", "2017-09-30", "--grain", "quarter")
    rows = _query(folder, "revenue", "--by", "region", *span)
    for quarter, revenue in REVENUE.items():
        assert sum(row["revenue"] for row in rows if row["period"] == quarter) == revenue


def test_a_page_for_the_last_quarter(folder: Path) -> None:
    built = open_book(folder).scorecard("sales").build()
    assert built.card.period.label == "2017-Q4"
    page = built.to_html()
    assert "GTX Pro" in page
    assert "GTXPro" not in page
