"""The list of tables: for each its row, its key, and what its columns refer to."""

from __future__ import annotations

import datetime as dt
import types
from dataclasses import dataclass
from typing import Literal, Union, get_args, get_origin, get_type_hints

from tallybook.sample import rows

ColumnType = Literal["string", "boolean", "integer", "float", "date", "datetime", "strings"]
_PLAIN: dict[object, ColumnType] = {
    str: "string", bool: "boolean", int: "integer", float: "float",
    dt.date: "date", dt.datetime: "datetime", tuple[str, ...]: "strings",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type, whether it may be null, and its values where they are listed."""

    name: str
    type: ColumnType
    nullable: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: columns in order, key columns, and `(column, table, column there)` references."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[tuple[str, str, str], ...] = ()


def _column(name: str, hint: object) -> Column:
    parts = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    nullable = type(None) in parts
    kinds = [part for part in parts if part is not type(None)]
    values = tuple(
        value for part in kinds if get_origin(part) is Literal for value in get_args(part)
    )
    return Column(name, "string" if values else _PLAIN[kinds[0]], nullable, values)


def _table(name: str, row: type, key: str, references: str = "") -> Table:
    """References are written `column > table.column`, or `column > table` for its like."""
    hints = get_type_hints(row)
    columns = tuple(_column(field, hints[field]) for field in hints)
    return Table(
        name, columns, tuple(key.split()), tuple(_reference(r) for r in references.split())
    )


def _reference(text: str) -> tuple[str, str, str]:
    column, _, far = text.partition(">")
    table, _, far_column = far.partition(".")
    return column, table, far_column or column


TABLES: tuple[Table, ...] = (
    _table("campaigns", rows.Campaign, "campaign_id", "programme_id>campaigns.campaign_id"),
    _table("pages", rows.Page, "page_url", "campaign_id>campaigns"),
    _table(
        "sessions",
        rows.Session,
        "session_id",
        "lead_id>leads customer_id>customers landing_page_url>pages.page_url campaign_id>campaigns",
    ),
    _table(
        "events",
        rows.Event,
        "event_id",
        "session_id>sessions lead_id>leads customer_id>customers page_url>pages",
    ),
    _table(
        "leads",
        rows.Lead,
        "lead_id",
        "customer_id>customers campaign_id>campaigns referred_by_customer_id>customers.customer_id",
    ),
    _table(
        "opportunities",
        rows.Opportunity,
        "opportunity_id",
        "lead_id>leads customer_id>customers campaign_id>campaigns",
    ),
    _table(
        "customers",
        rows.Customer,
        "customer_id",
        "lead_id>leads campaign_id>campaigns referred_by_customer_id>customers.customer_id",
    ),
    _table(
        "subscriptions",
        rows.Subscription,
        "subscription_row_id",
        "customer_id>customers opportunity_id>opportunities",
    ),
    _table(
        "invoices",
        rows.Invoice,
        "invoice_id",
        "customer_id>customers opportunity_id>opportunities",
    ),
    _table("spend", rows.Spend, "spend_id", "campaign_id>campaigns customer_id>customers"),
    _table("ad_stats", rows.AdStat, "day platform ad_id keyword device", "campaign_id>campaigns"),
    _table("keyword_rankings", rows.KeywordRanking, "day engine country keyword", "page_url>pages"),
    _table("backlinks", rows.Backlink, "backlink_id", "target_url>pages.page_url"),
    _table(
        "subscribers",
        rows.Subscriber,
        "subscriber_id",
        "lead_id>leads customer_id>customers signup_page_url>pages.page_url",
    ),
    _table(
        "email_sends",
        rows.EmailSend,
        "send_id",
        "campaign_id>campaigns subscriber_id>subscribers lead_id>leads",
    ),
    _table(
        "social_posts",
        rows.SocialPost,
        "post_id",
        "community_id>communities campaign_id>campaigns",
    ),
    _table("communities", rows.CommunityDay, "day community_id"),
    _table("mentions", rows.Mention, "mention_id", "post_id>social_posts lead_id>leads"),
    _table(
        "survey_responses",
        rows.SurveyResponse,
        "response_id",
        "customer_id>customers lead_id>leads",
    ),
    _table(
        "support_questions",
        rows.SupportQuestion,
        "question_id",
        "customer_id>customers community_id>communities",
    ),
    _table("targets", rows.Target, "metric_id kind starts_on dimension dimension_value"),
)
