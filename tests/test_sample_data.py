"""The made-up company's data keeps every rule of its tables, and is the same everywhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest

from tallybook.sample import EXAMPLE, TABLES, Company, Data, generate, generate_example
from tallybook.sample.story import END

if TYPE_CHECKING:
    from tallybook.sample import rows
    from tallybook.sample.tables import Column

Row = tuple[object, ...]
Sample = dict[str, list[Row]]

PYTHON_TYPES: dict[str, type] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "float": float,
    "date": dt.date,
    "datetime": dt.datetime,
    "strings": tuple,
}
BY_NAME = {table.name: table for table in TABLES}
NAMES = [table.name for table in TABLES]
EXAMPLE_DATA = Path(__file__).resolve().parents[1] / "examples" / "b2b_marketing" / "data"


@pytest.fixture(scope="module")
def sample() -> Sample:
    data = Data(Company(seed=5, months=24, size=0.15))
    return {name: list(data.table(name)) for name in NAMES}


def column(sample: Sample, table: str, name: str) -> list[object]:
    place = [c.name for c in BY_NAME[table].columns].index(name)
    return [row[place] for row in sample[table]]


def fits(value: object, column: Column) -> bool:
    if value is None:
        return column.nullable
    wanted = PYTHON_TYPES[column.type]
    exact = type(value) is wanted
    return exact and (not column.values or value in column.values)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_its_columns_type(sample: Sample, name: str) -> None:
    table = BY_NAME[name]
    assert sample[name], "a table without rows proves nothing"
    for row in sample[name]:
        assert len(row) == len(table.columns)
        wrong = [c.name for v, c in zip(row, table.columns, strict=True) if not fits(v, c)]
        assert not wrong, row


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_unique(sample: Sample, name: str) -> None:
    keys = list(zip(*(column(sample, name, k) for k in BY_NAME[name].key), strict=True))
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("name", "reference"), [(t.name, r) for t in TABLES for r in t.references])
def test_references_are_found(sample: Sample, name: str, reference: tuple[str, str, str]) -> None:
    near, table, far = reference
    used = set(column(sample, name, near)) - {None}
    assert used <= set(column(sample, table, far))


@pytest.mark.parametrize("name", NAMES)
def test_most_columns_that_may_be_null_have_nulls_and_values(sample: Sample, name: str) -> None:
    empty = [
        c.name
        for c in BY_NAME[name].columns
        if all(v is None for v in column(sample, name, c.name))
    ]
    allowed = {
        "spend": {"customer_id", "region", "business_unit"},
        "survey_responses": {"lead_id", "answer_text"},
        "mentions": {"lead_id"},
        "pages": {"campaign_id"},
    }
    assert set(empty) <= allowed.get(name, set())


def in_order(*moments: dt.datetime | dt.date | None) -> bool:
    reached = [
        moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())
        for moment in moments
        if moment is not None
    ]
    return reached == sorted(reached)


def test_leads_reach_their_stages_in_order(sample: Sample) -> None:
    deals = defaultdict(list)
    for deal in cast("list[rows.Opportunity]", sample["opportunities"]):
        deals[deal.lead_id].append(deal)
    for lead in cast("list[rows.Lead]", sample["leads"]):
        assert in_order(lead.first_touch_at, lead.created_at, lead.mql_at, lead.sql_at)
        assert in_order(lead.created_at, lead.inquiry_at, lead.first_response_at)
        assert in_order(lead.created_at, lead.disqualified_at)
        assert lead.sql_at is None or lead.disqualified_at is None
        for deal in deals[lead.lead_id]:
            assert lead.sql_at is not None
            assert in_order(lead.sql_at, deal.created_at)
            assert (deal.channel, deal.source, deal.is_paid, deal.campaign_id) == (
                lead.channel,
                lead.source,
                lead.is_paid,
                lead.campaign_id,
            )


def test_scores_add_up(sample: Sample) -> None:
    for lead in cast("list[rows.Lead]", sample["leads"]):
        parts = (lead.profile_score, lead.initiative_score)
        assert lead.score == (None if None in parts else sum(p for p in parts if p))


def test_deals_close_once_and_in_order(sample: Sample) -> None:
    for deal in cast("list[rows.Opportunity]", sample["opportunities"]):
        assert in_order(deal.created_at, deal.qualified_at, deal.quoted_at, deal.closed_at)
        assert (deal.outcome == "open") == (deal.closed_at is None)
        assert deal.probability == {"won": 1.0, "lost": 0.0}.get(deal.outcome, deal.probability)
        assert deal.outcome != "won" or deal.customer_id is not None
        assert deal.amount > 0


def test_each_new_deal_won_is_one_customer(sample: Sample) -> None:
    won = {
        deal.customer_id: deal
        for deal in cast("list[rows.Opportunity]", sample["opportunities"])
        if deal.kind == "new" and deal.outcome == "won"
    }
    for customer in cast("list[rows.Customer]", sample["customers"]):
        assert customer.churned_at is None or customer.acquired_at < customer.churned_at
        if deal := won.pop(customer.customer_id, None):
            assert customer.acquired_at == deal.closed_at
            assert (customer.lead_id, customer.channel) == (deal.lead_id, deal.channel)
    assert not won


def test_who_refers_was_a_customer_before(sample: Sample) -> None:
    since = {c.customer_id: c.acquired_at for c in cast("list[rows.Customer]", sample["customers"])}
    referred = [
        lead
        for lead in cast("list[rows.Lead]", sample["leads"])
        if lead.referred_by_customer_id is not None
    ]
    assert referred
    assert all(since[lead.referred_by_customer_id or ""] < lead.created_at for lead in referred)


def test_subscriptions_follow_each_other_without_gap(sample: Sample) -> None:
    spans = defaultdict(list)
    for row in cast("list[rows.Subscription]", sample["subscriptions"]):
        spans[row.subscription_id].append(row)
    left = {
        c.customer_id: c.churned_at and c.churned_at.date()
        for c in cast("list[rows.Customer]", sample["customers"])
    }
    for rows_ in spans.values():
        assert rows_[0].change_kind == "new"
        for row, then in pairwise(rows_):
            assert row.starts_on < (row.ends_on or dt.date.max)
            assert row.ends_on == then.starts_on
            assert then.change_kind != "new"
        assert rows_[-1].ends_on == left[rows_[-1].customer_id]


def test_invoices_belong_to_the_time_of_their_customer(sample: Sample) -> None:
    customers = {c.customer_id: c for c in cast("list[rows.Customer]", sample["customers"])}
    firsts = set()
    for row in cast("list[rows.Invoice]", sample["invoices"]):
        customer = customers[row.customer_id]
        assert customer.acquired_at.date() <= row.issued_on
        assert customer.churned_at is None or row.issued_on < customer.churned_at.date()
        assert 0 <= row.cogs < row.amount
        assert row.kind != "recurring" or row.purchase_no == 1
        assert row.kind != "upsell" or row.purchase_no > 1
        if row.kind != "recurring" and row.purchase_no == 1:
            assert row.customer_id not in firsts
            firsts.add(row.customer_id)
    assert firsts == set(customers)


def test_ads_lines_of_spend_hold_what_the_ads_cost(sample: Sample) -> None:
    paid: dict[tuple[int, int, str | None], int] = defaultdict(int)
    for ad in cast("list[rows.AdStat]", sample["ad_stats"]):
        paid[ad.day.year, ad.day.month, ad.campaign_id] += round(ad.cost * 100)
    booked = {
        (row.spent_on.year, row.spent_on.month, row.campaign_id): round(row.amount * 100)
        for row in cast("list[rows.Spend]", sample["spend"])
        if row.category == "ads"
    }
    assert booked == paid


def test_ad_counters_are_possible(sample: Sample) -> None:
    for ad in cast("list[rows.AdStat]", sample["ad_stats"]):
        assert 0 <= ad.conversions <= ad.clicks <= ad.impressions
        assert (ad.format == "search") == (ad.keyword is not None)
        assert (ad.format == "search") == (ad.eligible_impressions is not None)
        assert ad.impressions <= (ad.eligible_impressions or ad.impressions)


def test_paid_channels_are_marked_paid(sample: Sample) -> None:
    paid = {"paid_search", "paid_social", "display"}
    for table in ("sessions", "leads"):
        channels, marks = column(sample, table, "channel"), column(sample, table, "is_paid")
        assert all((c in paid) == mark for c, mark in zip(channels, marks, strict=True))


def test_visits_are_possible(sample: Sample) -> None:
    seen: set[str] = set()
    before = END - dt.timedelta(days=9999)
    pages = {p.page_url: p for p in cast("list[rows.Page]", sample["pages"])}
    for visit in cast("list[rows.Session]", sample["sessions"]):
        one_hit = visit.page_views == 1 and visit.interactions == 0
        assert before <= visit.started_at
        assert (visit.ended_at is None) == one_hit
        assert in_order(visit.started_at, visit.ended_at)
        assert visit.page_views >= 1
        assert visit.is_new_visitor == (visit.visitor_id not in seen)
        page = pages[visit.landing_page_url]
        assert in_order(page.published_on, visit.started_at)
        seen.add(visit.visitor_id)
        before = visit.started_at


def test_a_lead_that_the_site_won_was_there_when_it_converted(sample: Sample) -> None:
    visits = defaultdict(list)
    for visit in cast("list[rows.Session]", sample["sessions"]):
        visits[visit.lead_id].append(visit)
    leads = cast("list[rows.Lead]", sample["leads"])
    known = {lead.lead_id: lead for lead in leads}
    assisted = 0
    for lead_id, row in known.items():
        for visit in visits[lead_id]:
            assert visit.visitor_id == row.visitor_id
            assert row.first_touch_at is not None
            assert row.first_touch_at <= visit.started_at <= row.created_at
            assisted += visit.channel != row.channel
    assert assisted > len(leads) / 4


def test_events_of_a_visit_lie_in_it_and_agree_with_its_counts(sample: Sample) -> None:
    visits = {v.session_id: v for v in cast("list[rows.Session]", sample["sessions"])}
    views: dict[str, int] = defaultdict(int)
    for event in cast("list[rows.Event]", sample["events"]):
        assert (event.session_id is None) == (event.surface != "site")
        assert (event.action is None) == (event.cta_id is None)
        assert (event.action is not None) == (event.kind in {"cta_view", "cta_click", "conversion"})
        assert (event.share_via is not None) == (event.kind == "share")
        assert event.load_ms is None or event.kind == "page_view"
        assert event.seconds is None or event.kind in {"page_view", "feature_use"}
        if event.session_id is not None:
            visit = visits[event.session_id]
            assert in_order(visit.started_at, event.occurred_at, visit.ended_at or END)
            assert event.visitor_id == visit.visitor_id
            views[event.session_id] += event.kind == "page_view"
    assert views == {v.session_id: v.page_views for v in visits.values()}


def test_mail_is_opened_after_it_came_and_clicked_after_that(sample: Sample) -> None:
    joined = {s.subscriber_id: s for s in cast("list[rows.Subscriber]", sample["subscribers"])}
    late = 0
    for mail in cast("list[rows.EmailSend]", sample["email_sends"]):
        reader = joined[mail.subscriber_id]
        assert in_order(
            reader.subscribed_at, mail.sent_at, mail.delivered_at, mail.opened_at, mail.clicked_at,
            mail.converted_at,
        )  # fmt: skip
        assert (mail.delivered_at is None) == (mail.bounced_at is not None)
        assert (mail.bounce_kind is None) == (mail.bounced_at is None)
        assert (mail.open_device is None) == (mail.opened_at is None)
        assert mail.unsubscribed_at in (None, reader.unsubscribed_at)
        assert mail.complained_at is None or mail.unsubscribed_at is not None
        assert mail.clicked_at is None or mail.opened_at is not None
        late += reader.unsubscribed_at is not None and reader.unsubscribed_at < mail.sent_at
    assert 0 < late < len(sample["email_sends"]) / 100, "a few messages slip out after an opt-out"


def test_list_status_agrees_with_the_opt_out(sample: Sample) -> None:
    for reader in cast("list[rows.Subscriber]", sample["subscribers"]):
        assert in_order(reader.subscribed_at, reader.unsubscribed_at)
        assert (reader.status == "unsubscribed") == (reader.unsubscribed_at is not None)


def test_public_counters_are_possible(sample: Sample) -> None:
    for post in cast("list[rows.SocialPost]", sample["social_posts"]):
        assert post.reach <= post.impressions
        assert post.retweets == 0 or post.platform == "x_twitter"
    for day in cast("list[rows.CommunityDay]", sample["communities"]):
        assert 0 <= day.active_members <= day.members
    for rank in cast("list[rows.KeywordRanking]", sample["keyword_rankings"]):
        assert (rank.clicks or 0) <= (rank.impressions or 0)
        assert rank.position is None or rank.position >= 1
        assert 0 <= (rank.expected_ctr or 0) <= 1
    for link in cast("list[rows.Backlink]", sample["backlinks"]):
        assert link.lost_on is None or link.first_seen_on < link.lost_on
    for page in cast("list[rows.Page]", sample["pages"]):
        assert in_order(page.published_on, page.indexed_on, page.removed_on)


def test_answers_come_after_questions(sample: Sample) -> None:
    for question in cast("list[rows.SupportQuestion]", sample["support_questions"]):
        assert in_order(question.asked_at, question.answered_at, question.resolved_at)
        assert question.resolved_at is None or question.answered_at is not None
    for answer in cast("list[rows.SurveyResponse]", sample["survey_responses"]):
        assert in_order(answer.sent_at, answer.responded_at)
        assert answer.score is None or answer.responded_at is not None
        assert answer.score is None or 0 <= answer.score <= (answer.scale_max or 0)
    for mention in cast("list[rows.Mention]", sample["mentions"]):
        assert in_order(mention.occurred_at, mention.replied_at)
        assert (mention.hashtag is not None) == (mention.kind == "hashtag")


def test_targets_and_campaigns_have_spans(sample: Sample) -> None:
    for target in cast("list[rows.Target]", sample["targets"]):
        assert target.starts_on < target.ends_on
        assert (target.dimension is None) == (target.dimension_value is None)
    for campaign in cast("list[rows.Campaign]", sample["campaigns"]):
        assert in_order(campaign.starts_on, campaign.ends_on)
        assert (campaign.kind == "campaign") == (campaign.programme_id is not None)


def test_nothing_happens_in_the_future(sample: Sample) -> None:
    planned = {("opportunities", "expected_close_on"), ("targets", "ends_on")}
    for table in TABLES:
        for col in table.columns:
            if (table.name, col.name) in planned or col.type not in {"date", "datetime"}:
                continue
            moments = cast(
                "list[dt.datetime | dt.date | None]", column(sample, table.name, col.name)
            )
            assert all(in_order(m, END - dt.timedelta(seconds=1)) for m in moments if m), col


def test_the_story_can_be_read_from_the_numbers(sample: Sample) -> None:
    deals = [
        deal
        for deal in cast("list[rows.Opportunity]", sample["opportunities"])
        if deal.kind == "new" and deal.closed_at is not None
    ]

    def win_rate(start: dt.datetime, end: dt.datetime) -> float:
        closed = [d for d in deals if d.closed_at is not None and start <= d.closed_at < end]
        return sum(d.outcome == "won" for d in closed) / len(closed)

    autumn, winter = dt.datetime(2023, 10, 1), dt.datetime(2024, 1, 1)
    assert win_rate(autumn, winter) < 0.7 * win_rate(winter, END)
    leads = cast("list[rows.Lead]", sample["leads"])
    social = [lead.created_at for lead in leads if lead.channel == "paid_social"]
    assert sum(d.month in {3, 4, 5} and d.year == 2024 for d in social) < 0.8 * sum(
        d.month in {3, 4, 5} and d.year == 2023 for d in social
    )


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_another_process_with_other_hashes_writes_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tallybook.sample import generate; "
        "generate(Path(sys.argv[1]), months=3, size=0.05, seed=9)"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"Etc/GMT+{seed}"}
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)], env=environment, check=True
        )
    assert digests(tmp_path / "1") == digests(tmp_path / "2")
    assert len(digests(tmp_path / "1")) == len(NAMES)


def test_a_table_does_not_depend_on_the_others_that_are_written(tmp_path: Path) -> None:
    generate(tmp_path / "all", months=3, size=0.05)
    generate(tmp_path / "one", months=3, size=0.05, tables=["invoices", "sessions"])
    assert digests(tmp_path / "one").items() < digests(tmp_path / "all").items()


def test_parquet_holds_what_the_csv_holds(tmp_path: Path) -> None:
    generate(tmp_path, months=2, size=0.1)
    generate(tmp_path, months=2, size=0.1, format="parquet")
    for name in NAMES:
        typed = pl.read_parquet(tmp_path / f"{name}.parquet")
        text = pl.read_csv(tmp_path / f"{name}.csv", infer_schema=False)
        assert typed.columns == text.columns
        assert typed.height == text.height
        assert typed.null_count().row(0) == text.null_count().row(0)
    sent = pl.read_parquet(tmp_path / "sessions.parquet")["started_at"]
    assert sent.dtype == pl.Datetime("us")


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such table: lead"):
        generate(tmp_path, tables=["lead"])


def test_twice_the_size_has_about_twice_the_leads() -> None:
    one, two = (
        len(list(Data(Company(seed=1, months=12, size=size)).table("leads"))) for size in (0.2, 0.4)
    )
    assert 1.7 < two / one < 2.3


def test_the_example_holds_what_the_generator_writes(tmp_path: Path) -> None:
    generate_example(tmp_path)
    assert {f"{name}.csv" for name in EXAMPLE} == {p.name for p in tmp_path.iterdir()}
    assert digests(tmp_path) == digests(EXAMPLE_DATA)
