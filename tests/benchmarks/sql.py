"""The benchmark's questions in DuckDB's SQL: each table grouped once, then joined.

Sums and counts are made by day or month and channel and rolled up to totals, medians and distinct
counts come from `grouping sets`. Other ways to write it (one query per table with everything in
it, one per KPI) were slower.
"""

# ruff: noqa: S608 - the queries are put together from the constants of this file

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

_TABLES = ("leads", "sessions", "emails", "spend", "campaigns")

# `whole` is 1 in the rows of totals, where the channel is null for another reason.
_SETS = "group by grouping sets ((month, channel), (month))"
_MEMBER = "channel, grouping(channel) as whole"

_PARTS = {
    "leads_by_day": """
        select created_at::date as day, channel,
            count(*) as leads,
            count(mql_at) as mqls,
            count(sql_at) as sqls,
            count(*) filter (outcome = 'won') as won,
            count(*) filter (outcome = 'lost') as lost,
            coalesce(sum(amount) filter (sql_at is not null), 0) as pipeline,
            coalesce(sum(amount) filter (outcome = 'won'), 0) as revenue,
            count(amount) filter (outcome = 'won') as priced,
            max(amount) filter (outcome = 'won') as largest_deal,
            sum(score) as scores,
            count(*) filter (company_size >= 200) as large_leads,
            count(*) filter (mql_at <= created_at + interval 7 days) as fast_mqls,
            count(*) filter (campaign_id in (
                select campaign_id from campaigns where goal = 'demand')) as demand_leads
        from leads where created_at >= date '2022-12-01' and created_at < date '2025-01-01'
        group by all""",
    "leads_by_month": f"""
        select date_trunc('month', day) as month, {_MEMBER},
            sum(leads) as leads, sum(mqls) as mqls, sum(sqls) as sqls, sum(won) as won,
            sum(lost) as lost, sum(pipeline) as pipeline, sum(revenue) as revenue,
            sum(priced) as priced, max(largest_deal) as largest_deal, sum(scores) as scores,
            sum(large_leads) as large_leads, sum(fast_mqls) as fast_mqls,
            sum(demand_leads) as demand_leads
        from leads_by_day
        group by grouping sets ((date_trunc('month', day), channel), (date_trunc('month', day)))""",
    "leads_ordered": f"""
        select date_trunc('month', created_at) as month, {_MEMBER},
            median(epoch_us(mql_at - created_at) / 86400e6) as days_to_mql,
            median(epoch_us(closed_at - created_at) / 86400e6)
                filter (outcome = 'won') as sales_cycle,
            quantile_cont(score, 0.9) as score_p90
        from leads where created_at >= date '2023-12-01' and created_at < date '2025-01-01'
        group by grouping sets (
            (date_trunc('month', created_at), channel), (date_trunc('month', created_at)))""",
    "leads_recent": f"""
        select m.month, {_MEMBER}, sum(leads) as leads_28_days
        from months m join leads_by_day d
            on d.day >= m.month + interval 1 month - interval 28 days
            and d.day < m.month + interval 1 month
        {_SETS}""",
    "closed": f"""
        select date_trunc('month', closed_at) as month, {_MEMBER}, count(*) as deals_closed
        from leads
        where outcome = 'won' and closed_at >= date '2023-12-01' and closed_at < date '2025-01-01'
        group by grouping sets (
            (date_trunc('month', closed_at), channel), (date_trunc('month', closed_at)))""",
    "sessions_by_month": f"""
        with parts as (
            select date_trunc('month', started_at) as month, channel, count(*) as sessions,
                count(*) filter (bounced) as bounces, sum(pages) as pages,
                sum(seconds) as seconds, count(*) filter (device = 'mobile') as mobile,
                count(*) filter (pages >= 5 and seconds > 60) as engaged_sessions
            from sessions
            where started_at >= date '2023-11-01' and started_at < date '2025-01-01'
            group by all)
        select month, {_MEMBER}, sum(sessions) as sessions, sum(bounces) as bounces,
            sum(pages) as pages, sum(seconds) as seconds, sum(mobile) as mobile,
            sum(engaged_sessions) as engaged_sessions
        from parts {_SETS}""",
    "sessions_distinct": f"""
        select date_trunc('month', started_at) as month, {_MEMBER},
            count(distinct visitor_id) as visitors, count(distinct country) as countries
        from sessions
        where started_at >= date '2023-12-01' and started_at < date '2025-01-01'
        group by grouping sets (
            (date_trunc('month', started_at), channel), (date_trunc('month', started_at)))""",
    "emails_by_month": f"""
        with parts as (
            select date_trunc('month', sent_at) as month, channel,
                count(*) filter (delivered) as delivered, count(*) filter (opened) as opened,
                count(*) filter (clicked) as clicked,
                count(*) filter (unsubscribed) as unsubscribed
            from emails where sent_at >= date '2023-12-01' and sent_at < date '2025-01-01'
            group by all)
        select month, {_MEMBER}, sum(delivered) as delivered, sum(opened) as opened,
            sum(clicked) as clicked, sum(unsubscribed) as unsubscribed
        from parts {_SETS}""",
    "emails_distinct": f"""
        select date_trunc('month', sent_at) as month, {_MEMBER},
            count(distinct recipient_id) as clickers
        from emails
        where clicked and sent_at >= date '2023-12-01' and sent_at < date '2025-01-01'
        group by grouping sets (
            (date_trunc('month', sent_at), channel), (date_trunc('month', sent_at)))""",
    "spend_by_month": f"""
        with parts as (
            select date_trunc('month', date) as month, channel, sum(amount) as spend,
                sum(amount) filter (team = 'marketing') as marketing_spend,
                sum(clicks) as clicks,
                sum(amount) filter (campaign_id in (
                    select campaign_id from campaigns where goal = 'demand')) as demand_spend
            from spend where date >= date '2023-12-01' and date < date '2025-01-01'
            group by all)
        select month, {_MEMBER}, sum(spend) as spend, sum(marketing_spend) as marketing_spend,
            sum(clicks) as clicks, sum(demand_spend) as demand_spend
        from parts {_SETS}""",
}

_ANSWER = """
    with members as (
        select distinct channel from (
            select channel from leads_by_day union all select channel from sessions_by_month
            union all select channel from emails_by_month
            union all select channel from spend_by_month)),
    cells as (
        select month, channel, 0 as whole from months, members
        union all select month, null, 1 from months)
    select (year(c.month) - 2022) * 12 + month(c.month) - 12 as month, c.channel, c.whole,
        coalesce(l.leads, 0) as leads, coalesce(mqls, 0) as mqls, coalesce(sqls, 0) as sqls,
        coalesce(won, 0) as won, coalesce(lost, 0) as lost,
        coalesce(l.large_leads, 0) as large_leads, coalesce(fast_mqls, 0) as fast_mqls,
        coalesce(deals_closed, 0) as deals_closed, coalesce(visitors, 0) as visitors,
        coalesce(countries, 0) as countries, coalesce(clickers, 0) as clickers,
        coalesce(demand_leads, 0) as demand_leads, coalesce(s.sessions, 0) as sessions,
        coalesce(leads_28_days, 0) as leads_28_days,
        coalesce(l.pipeline, 0) as pipeline, coalesce(l.revenue, 0) as revenue, largest_deal,
        l.revenue / nullif(priced, 0) as average_deal, scores / nullif(l.leads, 0) as average_score,
        mqls / nullif(l.leads, 0) as mql_rate, won / nullif(won + lost, 0) as win_rate,
        days_to_mql, sales_cycle, score_p90, coalesce(demand_spend, 0) as demand_spend,
        bounces / nullif(s.sessions, 0) as bounce_rate,
        pages / nullif(s.sessions, 0) as pages_per_session,
        seconds / nullif(s.sessions, 0) as average_seconds,
        mobile / nullif(s.sessions, 0) as mobile_share,
        coalesce(s.engaged_sessions, 0) as engaged_sessions,
        coalesce(l.leads, 0) / nullif(s.sessions, 0) as lead_rate,
        opened / nullif(delivered, 0) as open_rate, clicked / nullif(delivered, 0) as click_rate,
        unsubscribed / nullif(delivered, 0) as unsubscribe_rate,
        coalesce(marketing_spend, 0) as marketing_spend,
        coalesce(marketing_spend, 0) / nullif(l.leads, 0) as cost_per_lead,
        spend / nullif(clicks, 0) as cost_per_click,
        coalesce(l.revenue, 0) / nullif(marketing_spend, 0) as return_on_spend,
        case when before.revenue > 0
            then coalesce(l.revenue, 0) / before.revenue - 1 end as revenue_growth,
        coalesce(s_before.sessions, 0) as sessions_before
    from cells c
    {joins}
    order by c.whole, c.month, c.channel nulls last
"""
_JOINED = {
    "l": ("leads_by_month", "c.month"),
    "o": ("leads_ordered", "c.month"),
    "r": ("leads_recent", "c.month"),
    "d": ("closed", "c.month"),
    "s": ("sessions_by_month", "c.month"),
    "v": ("sessions_distinct", "c.month"),
    "e": ("emails_by_month", "c.month"),
    "k": ("emails_distinct", "c.month"),
    "p": ("spend_by_month", "c.month"),
    "before": (
        "(select month, channel, whole, revenue from leads_by_month)",
        "c.month - interval 1 year",
    ),
    "s_before": (
        "(select month, channel, whole, sessions from sessions_by_month)",
        "c.month - interval 1 month",
    ),
}


def connected(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory whose views are the benchmark's files."""
    database = duckdb.connect(config={"threads": pl.thread_pool_size()})
    for name in _TABLES:
        path = folder / "data" / f"{name}*.parquet"
        database.execute(f"create view {name} as select * from read_parquet('{path}')")
    return database


def answer(database: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Both answers, `by` channel and `total`."""
    database.execute(
        "create or replace temp table months as select unnest(generate_series("
        "date '2023-12-01', date '2024-12-01', interval 1 month))::date as month"
    )
    for name, query in _PARTS.items():
        database.execute(f"create or replace temp table {name} as {query}")
    joins = "\n".join(
        f"left join {table} {alias} on {alias}.month = {month} and {alias}.whole = c.whole "
        f"and {alias}.channel is not distinct from c.channel"
        for alias, (table, month) in _JOINED.items()
    )
    found = database.execute(_ANSWER.format(joins=joins))
    names = [column[0] for column in found.description]
    frame = pl.DataFrame(found.fetchall(), names, orient="row", infer_schema_length=None)
    month = pl.col("month").cast(pl.Int32)
    by = frame.filter(pl.col("whole") == 0).drop("whole").with_columns(month)
    total = frame.filter(pl.col("whole") == 1).drop("whole", "channel").with_columns(month)
    return {"by": by, "total": total}
