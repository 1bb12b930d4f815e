"""The benchmark's questions in the best Polars that we could write by hand.

`star` is for large tables: narrow streaming branches, one `collect_all`. `fused` is for small ones:
each table read into memory once and grouped once, with everything in it. Both know what the engine
has to find out: which columns are whole numbers, that nothing overflows, how the data is stored.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FIRST = dt.date(2022, 12, 1)  # a year before the first month asked for
_ASKED = range(12, 25)  # December 2023 to December 2024, counted from there
_EPOCH = dt.date(1970, 1, 1)
_FIRST_NUMBER = (_FIRST - _EPOCH).days
_DAY = 86_400_000_000
_KEYS = ("month", "channel")


def month_start(number: int) -> dt.date:
    """The first day of a month by its number."""
    return dt.date(2022 + (11 + number) // 12, (11 + number) % 12 + 1, 1)


_ALL_DAYS = pl.date_range(_FIRST, dt.date(2025, 6, 30), eager=True)
_MONTH_OF_DAY = ((_ALL_DAYS.dt.year() - 2022) * 12 + _ALL_DAYS.dt.month() - 12).cast(pl.Int32)


def _between(column: str, first: int, end: int = 25) -> pl.Expr:
    time = pl.col(column)
    return (time >= month_start(first)) & (time < month_start(end))


def _day(column: str) -> pl.Expr:
    """A moment's day, counted from the first."""
    return (pl.col(column).cast(pl.Int64) // _DAY - _FIRST_NUMBER).cast(pl.Int32)


def _month(column: str) -> pl.Expr:
    """A moment's month by a table of days, which is faster than cutting it off."""
    return pl.lit(_MONTH_OF_DAY).gather(_day(column)).alias("month")


def _days_between(start: str, end: str) -> pl.Expr:
    return (pl.col(end) - pl.col(start)).dt.total_microseconds() / _DAY


def _count(condition: pl.Expr) -> pl.Expr:
    return condition.sum().cast(pl.Int64)


def _sum_where(column: str, condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.col(column)).sum()


# What is computed over the rows

_WON = pl.col("outcome") == "won"
_QUICK = pl.col("mql_at") <= pl.col("created_at") + pl.duration(days=7)

_LEADS = {
    "leads": pl.len().cast(pl.Int64),
    "mqls": _count(pl.col("mql_at").is_not_null()),
    "sqls": _count(pl.col("sql_at").is_not_null()),
    "won": _count(_WON),
    "lost": _count(pl.col("outcome") == "lost"),
    "pipeline": _sum_where("amount", pl.col("sql_at").is_not_null()),
    "revenue": _sum_where("amount", _WON),
    "priced": _count(_WON & pl.col("amount").is_not_null()),
    "largest_deal": pl.when(_WON).then(pl.col("amount")).max(),
    "scores": pl.col("score").sum(),
    "large_leads": _count(pl.col("company_size") >= 200),
    "fast_mqls": _count(_QUICK),
}
_SESSIONS = {
    "sessions": pl.len().cast(pl.Int64),
    "bounces": _count(pl.col("bounced")),
    "pages": pl.col("pages").sum(),
    "seconds": pl.col("seconds").sum(),
    "mobile": _count(pl.col("device") == "mobile"),
    "engaged_sessions": _count((pl.col("pages") >= 5) & (pl.col("seconds") > 60)),
}
_EMAILS = {
    "delivered": _count(pl.col("delivered")),
    "opened": _count(pl.col("opened")),
    "clicked": _count(pl.col("clicked")),
    "unsubscribed": _count(pl.col("unsubscribed")),
}
_SPEND = {
    "spend": pl.col("amount").sum(),
    "marketing_spend": _sum_where("amount", pl.col("team") == "marketing"),
    "clicks": pl.col("clicks").sum(),
}


@dataclass(frozen=True)
class Tables:
    """The facts, and the campaigns that links lead to."""

    leads: pl.LazyFrame
    sessions: pl.LazyFrame
    emails: pl.LazyFrame
    spend: pl.LazyFrame
    campaigns: pl.LazyFrame


def tables(folder: Path) -> Tables:
    """The benchmark's files, unread."""
    names = ("leads", "sessions", "emails", "spend", "campaigns")
    return Tables(*(pl.scan_parquet(folder / "data" / f"{name}*.parquet") for name in names))


# Large tables


def star(folder: Path) -> dict[str, pl.DataFrame]:
    """Both answers, `by` channel and `total`, from streaming branches collected together."""
    found = _branches(tables(folder))
    frames = dict(zip(found, pl.collect_all(list(found.values()), engine="streaming"), strict=True))
    return _answers(frames)


def _branches(t: Tables) -> dict[str, pl.LazyFrame]:
    leads = t.leads.filter(_between("created_at", 12))
    sessions = t.sessions.filter(_between("started_at", 12))
    clicks = t.emails.filter(_between("sent_at", 12) & pl.col("clicked"))
    demand = t.campaigns.filter(pl.col("goal") == "demand").select("campaign_id")
    sent_to = clicks.select(_month("sent_at"), "channel", "recipient_id")
    visits = sessions.select(_month("started_at"), "channel", "visitor_id")
    return {
        "leads": _sums(
            t.leads.filter(_between("created_at", 0)), _day("created_at").alias("day"), _LEADS
        ),
        "sessions": _sums(
            t.sessions.filter(_between("started_at", 11)), _month("started_at"), _SESSIONS
        ),
        "emails": _sums(t.emails.filter(_between("sent_at", 12)), _month("sent_at"), _EMAILS),
        "spend": _sums(t.spend.filter(_between("date", 12)), _month_of_date("date"), _SPEND),
        "closed": _sums(
            t.leads.filter(_between("closed_at", 12) & _WON),
            _month("closed_at"),
            {"deals_closed": pl.len().cast(pl.Int64)},
        ),
        "demand_leads": _sums(
            leads.join(demand, on="campaign_id", how="semi"),
            _month("created_at"),
            {"demand_leads": pl.len().cast(pl.Int64)},
        ),
        "demand_spend": _sums(
            t.spend.filter(_between("date", 12)).join(demand, on="campaign_id", how="semi"),
            _month_of_date("date"),
            {"demand_spend": pl.col("amount").sum()},
        ),
        "days_to_mql": _lists(
            leads.filter(pl.col("mql_at").is_not_null()), _days_between("created_at", "mql_at")
        ),
        "sales_cycle": _lists(leads.filter(_WON), _days_between("created_at", "closed_at")),
        "score_p90": leads.group_by(_month("created_at"), "channel", "score").agg(
            pl.len().alias("rows")
        ),
        "countries": sessions.group_by(_month("started_at"), "channel", "country").agg(),
        "visitors": visits.group_by(_KEYS).agg(_distinct("visitor_id", "visitors")),
        "all visitors": visits.group_by("month").agg(_distinct("visitor_id", "visitors")),
        "clickers": sent_to.group_by(_KEYS).agg(_distinct("recipient_id", "clickers")),
        "all clickers": sent_to.group_by("month").agg(_distinct("recipient_id", "clickers")),
    }


def _sums(frame: pl.LazyFrame, key: pl.Expr, values: dict[str, pl.Expr]) -> pl.LazyFrame:
    return frame.group_by(key, "channel").agg(v.alias(name) for name, v in values.items())


def _month_of_date(column: str) -> pl.Expr:
    day = pl.col(column).cast(pl.Int32) - _FIRST_NUMBER
    return pl.lit(_MONTH_OF_DAY).gather(day).alias("month")


def _lists(frame: pl.LazyFrame, value: pl.Expr) -> pl.LazyFrame:
    """The values of a group in any order: that and a median afterwards beat a grouped median."""
    values = value.alias("values").implode(maintain_order=False)
    return frame.group_by(_month("created_at"), "channel").agg(values)


def _distinct(column: str, name: str) -> pl.Expr:
    return pl.col(column).n_unique().cast(pl.Int64).alias(name)


# Small tables


def fused(folder: Path) -> dict[str, pl.DataFrame]:
    """Both answers, each table read into memory once."""
    t = tables(folder)
    demand = pl.collect_all([t.campaigns.filter(pl.col("goal") == "demand")])[0]["campaign_id"]
    plans = _fused_sums(t, demand.implode())
    frames = dict(zip(plans, pl.collect_all(list(plans.values()), engine="in-memory"), strict=True))
    return _answers(frames)


def _fused_sums(t: Tables, demand: pl.Series) -> dict[str, pl.LazyFrame]:
    in_demand = pl.col("campaign_id").is_in(demand)
    leads = t.leads.filter(_between("created_at", 0)).with_columns(
        _day("created_at").alias("day"), _month("created_at")
    )
    asked = leads.filter(pl.col("month") >= _ASKED[0])
    sessions = t.sessions.filter(_between("started_at", 11)).with_columns(_month("started_at"))
    recent = sessions.filter(pl.col("month") >= _ASKED[0])
    emails = t.emails.filter(_between("sent_at", 12)).with_columns(_month("sent_at"))
    clicks = emails.filter("clicked")
    to_mql, cycle = _days_between("created_at", "mql_at"), _days_between("created_at", "closed_at")
    holistic = (
        to_mql.filter(pl.col("mql_at").is_not_null()).implode().alias("days_to_mql"),
        cycle.filter(_WON).implode().alias("sales_cycle"),
        pl.col("score").implode().alias("score_p90"),
        _count(in_demand).alias("demand_leads"),
    )
    return {
        "leads": leads.group_by("day", "channel").agg(v.alias(n) for n, v in _LEADS.items()),
        "holistic": asked.group_by(_KEYS).agg(holistic),
        "sessions": sessions.group_by(_KEYS).agg(
            *(v.alias(n) for n, v in _SESSIONS.items()),
        ),
        "countries": recent.group_by(*_KEYS, "country").agg(),
        "visitors": recent.group_by(_KEYS).agg(_distinct("visitor_id", "visitors")),
        "all visitors": recent.group_by("month").agg(_distinct("visitor_id", "visitors")),
        "emails": emails.group_by(_KEYS).agg(v.alias(n) for n, v in _EMAILS.items()),
        "clickers": clicks.group_by(_KEYS).agg(_distinct("recipient_id", "clickers")),
        "all clickers": clicks.group_by("month").agg(_distinct("recipient_id", "clickers")),
        "spend": t.spend.filter(_between("date", 12))
        .group_by(_month_of_date("date"), "channel")
        .agg(
            *(v.alias(n) for n, v in _SPEND.items()),
            _sum_where("amount", in_demand).alias("demand_spend"),
        ),
        "closed": _sums(
            t.leads.filter(_between("closed_at", 12) & _WON),
            _month("closed_at"),
            {"deals_closed": pl.len().cast(pl.Int64)},
        ),
    }


# Small frames put together


def _answers(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    ready = _prepared(frames)
    channels = pl.concat(
        f.select("channel") for f in ready.values() if "channel" in f.columns
    ).unique()
    months = pl.DataFrame({"month": _ASKED}, schema={"month": pl.Int32})
    by = months.join(channels, how="cross").lazy()
    total = months.lazy()
    for name, frame in ready.items():
        if not name.startswith("all "):
            by = by.join(frame.lazy(), on=_KEYS, how="left", nulls_equal=True)
        whole = ready.get(f"all {name}", None if name.startswith("all ") else _rolled_up(frame))
        if whole is not None:
            total = total.join(whole.lazy(), on="month", how="left")
    asked = {"by": _KEYS, "total": ("month",)}
    done = pl.collect_all(
        [_finished(f, asked[k]) for k, f in (("by", by), ("total", total))], engine="in-memory"
    )
    return dict(zip(asked, done, strict=True))


def _prepared(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The collected frames by month and channel, with windows and holistic values made."""
    daily = frames["leads"]
    monthly = _together(daily.with_columns(_MONTH_OF_DAY.gather(daily["day"]).alias("month")))
    sessions = frames["sessions"]
    found = {
        name: frame
        for name, frame in frames.items()
        if name not in ("leads", "holistic", "score_p90", "countries", "days_to_mql", "sales_cycle")
    }
    before = pl.col("month") + 1
    year_on = pl.col("month") + 12
    found |= {
        "leads": monthly,
        "revenue before": monthly.select(
            year_on, "channel", pl.col("revenue").alias("before"), pl.col("leads").alias("then")
        ),
        "sessions before": sessions.select(
            before, "channel", pl.col("sessions").alias("sessions_before")
        ),
        "leads_28_days": _trailing(daily),
        "countries": frames["countries"].group_by(_KEYS).agg(_countries()),
        "all countries": frames["countries"].group_by("month").agg(_countries()),
    }
    return found | _holistic(frames)


def _countries() -> pl.Expr:
    return pl.col("country").drop_nulls().n_unique().cast(pl.Int64).alias("countries")


def _together(frame: pl.DataFrame, keys: tuple[str, ...] = _KEYS) -> pl.DataFrame:
    largest = [c for c in ("largest_deal",) if c in frame.columns]
    sums = pl.exclude("day", *_KEYS, *largest).sum()
    return frame.group_by(keys).agg(sums, *(pl.col(c).max() for c in largest))


def _rolled_up(frame: pl.DataFrame) -> pl.DataFrame:
    return _together(frame.drop("channel"), ("month",))


def _trailing(daily: pl.DataFrame) -> pl.DataFrame:
    """Leads of the 28 days that end with each month."""
    parts = []
    for month in _ASKED:
        end = (month_start(month + 1) - _FIRST).days
        last = daily.filter(pl.col("day").is_between(end - 28, end, closed="left"))
        parts.append(
            last.group_by("channel").agg(
                pl.lit(month, pl.Int32).alias("month"), pl.col("leads").sum().alias("leads_28_days")
            )
        )
    return pl.concat(parts)


def _holistic(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    if "holistic" in frames:
        return _from_lists(frames["holistic"])
    found = {}
    for name in ("days_to_mql", "sales_cycle"):
        lists = frames[name]
        found[name] = lists.select(*_KEYS, pl.col("values").list.median().alias(name))
        whole = lists.group_by("month").agg(pl.col("values").explode().median().alias(name))
        found[f"all {name}"] = whole
    found["score_p90"] = _from_histogram(frames["score_p90"], _KEYS)
    found["all score_p90"] = _from_histogram(
        frames["score_p90"].group_by("month", "score").agg(pl.col("rows").sum()), ("month",)
    )
    return found


def _from_lists(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    medians = ("days_to_mql", "sales_cycle")
    by = frame.select(
        *_KEYS,
        *(pl.col(n).list.median() for n in medians),
        pl.col("score_p90").list.eval(pl.element().quantile(0.9, "linear")).list.first(),
    )
    whole = frame.group_by("month").agg(
        *(pl.col(n).explode().median() for n in medians),
        pl.col("score_p90").explode().quantile(0.9, "linear"),
    )
    counted = frame.select(*_KEYS, "demand_leads")
    return {"holistic": by, "all holistic": whole, "demand_leads": counted}


def _from_histogram(frame: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """The 90th percentile of values that are given with their numbers of rows."""
    ordered = frame.sort(*keys, "score").with_columns(
        pl.col("rows").cum_sum().over(keys).alias("upto"),
        pl.col("rows").sum().over(keys).alias("n"),
    )
    place = (pl.col("n") - 1) * 0.9
    low, high = place.floor(), place.ceil()
    return (
        ordered.with_columns(place.alias("place"))
        .group_by(keys)
        .agg(
            pl.col("score").filter(pl.col("upto") > low).first().alias("low"),
            pl.col("score").filter(pl.col("upto") > high).first().alias("high"),
            pl.col("place").first(),
        )
        .select(
            *keys,
            (pl.col("low") + (pl.col("high") - pl.col("low")) * (pl.col("place") % 1)).alias(
                "score_p90"
            ),
        )
    )


# Formulas

_COUNTED = ("leads", "mqls", "sqls", "won", "lost", "large_leads", "fast_mqls", "deals_closed")
_ALSO_COUNTED = ("visitors", "countries", "clickers", "demand_leads", "sessions", "leads_28_days")
_ZERO = (
    *_COUNTED,
    *_ALSO_COUNTED,
    "engaged_sessions",
    "sessions_before",
    "spend",
    "demand_spend",
    "marketing_spend",
    "clicks",
    "pages",
    "seconds",
    "bounces",
    "mobile",
    "delivered",
    "opened",
    "clicked",
    "unsubscribed",
    "pipeline",
    "revenue",
)


def _ratio(over: str, under: str) -> pl.Expr:
    return pl.when(pl.col(under) != 0).then(pl.col(over) / pl.col(under))


def _finished(frame: pl.LazyFrame, keys: Sequence[str]) -> pl.LazyFrame:
    won_or_lost = pl.col("won") + pl.col("lost")
    columns = {
        **{n: pl.col(n) for n in (*_COUNTED, *_ALSO_COUNTED, "pipeline", "revenue")},
        "largest_deal": pl.col("largest_deal"),
        "average_deal": _ratio("revenue", "priced"),
        "average_score": _ratio("scores", "leads"),
        "mql_rate": _ratio("mqls", "leads"),
        "win_rate": pl.when(won_or_lost > 0).then(pl.col("won") / won_or_lost),
        "days_to_mql": pl.col("days_to_mql"),
        "sales_cycle": pl.col("sales_cycle"),
        "score_p90": pl.col("score_p90"),
        "demand_spend": pl.col("demand_spend"),
        "bounce_rate": _ratio("bounces", "sessions"),
        "pages_per_session": _ratio("pages", "sessions"),
        "average_seconds": _ratio("seconds", "sessions"),
        "mobile_share": _ratio("mobile", "sessions"),
        "engaged_sessions": pl.col("engaged_sessions"),
        "lead_rate": _ratio("leads", "sessions"),
        "open_rate": _ratio("opened", "delivered"),
        "click_rate": _ratio("clicked", "delivered"),
        "unsubscribe_rate": _ratio("unsubscribed", "delivered"),
        "marketing_spend": pl.col("marketing_spend"),
        "cost_per_lead": _ratio("marketing_spend", "leads"),
        "cost_per_click": _ratio("spend", "clicks"),
        "return_on_spend": _ratio("revenue", "marketing_spend"),
        "revenue_growth": pl.when(pl.col("before") > 0).then(
            pl.col("revenue") / pl.col("before") - 1
        ),
        "sessions_before": pl.col("sessions_before"),
    }
    filled = frame.with_columns(pl.col(_ZERO).fill_null(0))
    return filled.select(*keys, *(v.alias(n) for n, v in columns.items())).sort(
        keys, nulls_last=True
    )
