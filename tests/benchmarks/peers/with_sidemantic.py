"""The benchmark's questions in sidemantic, one model per fact table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sidemantic import Dimension, Metric, Model, SemanticLayer
from turns import Answer, serve

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

_FACTS = ("leads", "sessions", "emails", "spend")


def _count(name: str, condition: str = "") -> Metric:
    return Metric(name=name, agg="count", filters=[condition] if condition else None)


def _of(agg: str, name: str, sql: str, condition: str = "") -> Metric:
    return Metric(name=name, agg=agg, sql=sql, filters=[condition] if condition else None)


def _ratio(name: str, numerator: str, denominator: str) -> Metric:
    return Metric(name=name, type="ratio", numerator=numerator, denominator=denominator)


_LEADS = [
    _count("leads"),
    _count("mqls", "{model}.mql_at is not null"),
    _count("sqls", "{model}.sql_at is not null"),
    _count("won", "{model}.outcome = 'won'"),
    _count("lost", "{model}.outcome = 'lost'"),
    _count("closed", "{model}.outcome in ('won', 'lost')"),
    _of("sum", "pipeline", "amount", "{model}.sql_at is not null"),
    _of("sum", "revenue", "amount", "{model}.outcome = 'won'"),
    _of("avg", "average_deal", "amount", "{model}.outcome = 'won'"),
    _of("max", "largest_deal", "amount", "{model}.outcome = 'won'"),
    _of("avg", "average_score", "score"),
    _count("large_leads", "{model}.company_size >= 200"),
    _count(
        "fast_mqls",
        "{model}.mql_at between {model}.created_at and {model}.created_at + interval 7 days",
    ),
    _of("median", "days_to_mql", "epoch_us(mql_at - created_at) / 86400e6"),
    _of(
        "median",
        "sales_cycle",
        "epoch_us(closed_at - created_at) / 86400e6",
        "{model}.outcome = 'won'",
    ),
    Metric(name="score_p90", sql="quantile_cont(score, 0.9)", sql_is_complete=True),
    _ratio("mql_rate", "mqls", "leads"),
    _ratio("win_rate", "won", "closed"),
]
_CLOSED = [_count("deals_closed", "{model}.outcome = 'won'")]
_SESSIONS = [
    _of("count_distinct", "visitors", "visitor_id"),
    _of("count_distinct", "countries", "country"),
    _count("sessions"),
    _count("bounces", "{model}.bounced"),
    _of("sum", "pages_seen", "pages"),
    _of("avg", "average_seconds", "seconds"),
    _count("mobile", "{model}.device = 'mobile'"),
    _count("engaged_sessions", "{model}.pages >= 5 and {model}.seconds > 60"),
    _ratio("bounce_rate", "bounces", "sessions"),
    _ratio("pages_per_session", "pages_seen", "sessions"),
    _ratio("mobile_share", "mobile", "sessions"),
]
_EMAILS = [
    _of("count_distinct", "clickers", "recipient_id", "{model}.clicked"),
    _count("arrived", "{model}.delivered"),
    _count("opens", "{model}.opened"),
    _count("mail_clicks", "{model}.clicked"),
    _count("leavers", "{model}.unsubscribed"),
    _ratio("open_rate", "opens", "arrived"),
    _ratio("click_rate", "mail_clicks", "arrived"),
    _ratio("unsubscribe_rate", "leavers", "arrived"),
]
_SPEND = [
    _of("sum", "marketing_spend", "amount", "{model}.team = 'marketing'"),
    _of("sum", "cost", "amount"),
    _of("sum", "ad_clicks", "clicks"),
    _ratio("cost_per_click", "cost", "ad_clicks"),
]
_MODELS = {
    "lead": ("leads", "lead_id", "created_at", _LEADS),
    "closing": ("leads", "lead_id", "closed_at", _CLOSED),
    "session": ("sessions", "session_id", "started_at", _SESSIONS),
    "email": ("emails", "email_id", "sent_at", _EMAILS),
    "cost": ("spend", "date", "date", _SPEND),
}
_HELPERS = {"closed", "bounces", "pages_seen", "mobile", "arrived", "opens", "mail_clicks"} | {
    *("leavers", "cost", "ad_clicks")
}


def _layer(folder: Path) -> SemanticLayer:
    layer = SemanticLayer(auto_register=False)
    rows = layer.adapter.raw_connection
    for fact in _FACTS:
        files = folder / "data" / f"{fact}-*.parquet"
        rows.execute(f"create view {fact} as select * from read_parquet('{files}')")  # noqa: S608
    for name, (table, key, time, metrics) in _MODELS.items():
        layer.add_model(
            Model(
                name=name,
                table=table,
                primary_key=key,
                dimensions=[
                    Dimension(name="channel", type="categorical", sql="channel"),
                    Dimension(name="at", type="time", sql=time, granularity="day"),
                ],
                metrics=metrics,
            )
        )
    return layer


_QUESTIONS = (("at__month", "channel"), ("at__month",))


def _ask(
    layer: SemanticLayer, model: str, dimensions: tuple[str, ...], kpis: list[str]
) -> list[dict[str, object]]:
    found: duckdb.DuckDBPyRelation = layer.query(
        metrics=[f"{model}.{kpi}" for kpi in kpis],
        dimensions=[f"{model}.{dimension}" for dimension in dimensions],
        filters=[f"{model}.at >= '2023-12-01'", f"{model}.at < '2025-01-01'"],
    )
    names = ["month" if d[0] == "at__month" else d[0] for d in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def main() -> None:
    """Answer what is asked on standard input."""
    layer = _layer(Path(sys.argv[1]))
    kpis = {
        name: [m.name for m in metrics if m.name not in _HELPERS]
        for name, (*_, metrics) in _MODELS.items()
    }

    def answer(asked: Iterable[tuple[str, list[str]]]) -> Answer:
        return Answer.of(
            (_ask(layer, name, dimensions, these), these)
            for name, these in asked
            for dimensions in _QUESTIONS
        )

    serve(
        lambda: answer(kpis.items()),
        lambda: answer((name, [kpi]) for name, these in kpis.items() for kpi in these),
    )


if __name__ == "__main__":
    main()
