"""The benchmark's questions in boring-semantic-layer, one semantic table per fact table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boring_semantic_layer as bsl
import ibis
from turns import Answer, serve

if TYPE_CHECKING:
    from collections.abc import Iterable

_RANGE = {"start": "2023-12-01", "end": "2024-12-31T23:59:59.999999"}


def _models(folder: Path) -> dict[str, Any]:
    con = ibis.duckdb.connect()

    def table(name: str, time: str) -> Any:
        rows = con.read_parquet(str(folder / "data" / f"{name}-*.parquet"), table_name=name)
        return bsl.to_semantic_table(rows, name=name).with_dimensions(
            channel=lambda t: t.channel,
            month=bsl.time_dimension(lambda t: t[time], smallest_time_grain="TIME_GRAIN_DAY"),
        )

    return {
        "leads": table("leads", "created_at")
        .with_measures(
            leads=lambda t: t.count(),
            mqls=lambda t: t.count(where=t.mql_at.notnull()),
            sqls=lambda t: t.count(where=t.sql_at.notnull()),
            won=lambda t: t.count(where=t.outcome == "won"),
            lost=lambda t: t.count(where=t.outcome == "lost"),
            pipeline=lambda t: t.amount.sum(where=t.sql_at.notnull()),
            revenue=lambda t: t.amount.sum(where=t.outcome == "won"),
            average_deal=lambda t: t.amount.mean(where=t.outcome == "won"),
            largest_deal=lambda t: t.amount.max(where=t.outcome == "won"),
            average_score=lambda t: t.score.mean(),
            large_leads=lambda t: t.count(where=t.company_size >= 200),
            fast_mqls=lambda t: t.count(
                where=t.mql_at.between(t.created_at, t.created_at + ibis.interval(days=7))
            ),
            days_to_mql=lambda t: (
                (t.mql_at.epoch_seconds() - t.created_at.epoch_seconds()) / 86400
            ).median(),
            sales_cycle=lambda t: (
                (t.closed_at.epoch_seconds() - t.created_at.epoch_seconds()) / 86400
            ).median(where=t.outcome == "won"),
            score_p90=lambda t: t.score.quantile(0.9),
        )
        .with_measures(
            mql_rate=lambda t: t.mqls / t.leads, win_rate=lambda t: t.won / (t.won + t.lost)
        ),
        "closed": table("leads", "closed_at").with_measures(
            deals_closed=lambda t: t.count(where=t.outcome == "won")
        ),
        "sessions": table("sessions", "started_at")
        .with_measures(
            visitors=lambda t: t.visitor_id.nunique(),
            countries=lambda t: t.country.nunique(),
            sessions=lambda t: t.count(),
            bounces=lambda t: t.count(where=t.bounced),
            pages_seen=lambda t: t.pages.sum(),
            average_seconds=lambda t: t.seconds.mean(),
            mobile=lambda t: t.count(where=t.device == "mobile"),
            engaged_sessions=lambda t: t.count(where=(t.pages >= 5) & (t.seconds > 60)),
        )
        .with_measures(
            bounce_rate=lambda t: t.bounces / t.sessions,
            pages_per_session=lambda t: t.pages_seen / t.sessions,
            mobile_share=lambda t: t.mobile / t.sessions,
        ),
        "emails": table("emails", "sent_at")
        .with_measures(
            clickers=lambda t: t.recipient_id.nunique(where=t.clicked),
            arrived=lambda t: t.count(where=t.delivered),
            opens=lambda t: t.count(where=t.opened),
            mail_clicks=lambda t: t.count(where=t.clicked),
            leavers=lambda t: t.count(where=t.unsubscribed),
        )
        .with_measures(
            open_rate=lambda t: t.opens / t.arrived,
            click_rate=lambda t: t.mail_clicks / t.arrived,
            unsubscribe_rate=lambda t: t.leavers / t.arrived,
        ),
        "spend": table("spend", "date")
        .with_measures(
            marketing_spend=lambda t: t.amount.sum(where=t.team == "marketing"),
            cost=lambda t: t.amount.sum(),
            ad_clicks=lambda t: t.clicks.sum(),
        )
        .with_measures(cost_per_click=lambda t: t.cost / t.ad_clicks),
    }


_KPIS = {
    "leads": (
        *("leads", "mqls", "sqls", "won", "lost", "pipeline", "revenue", "average_deal"),
        *("largest_deal", "average_score", "mql_rate", "win_rate", "large_leads", "fast_mqls"),
        *("days_to_mql", "sales_cycle", "score_p90"),
    ),
    "closed": ("deals_closed",),
    "sessions": (
        *("visitors", "countries", "sessions", "bounce_rate", "pages_per_session"),
        *("average_seconds", "mobile_share", "engaged_sessions"),
    ),
    "emails": ("clickers", "open_rate", "click_rate", "unsubscribe_rate"),
    "spend": ("marketing_spend", "cost_per_click"),
}


_QUESTIONS = (["month", "channel"], ["month"])


def _ask(model: Any, dimensions: list[str], measures: tuple[str, ...]) -> list[dict[str, Any]]:
    found = model.query(
        dimensions=dimensions,
        measures=list(measures),
        time_grain="TIME_GRAIN_MONTH",
        time_range=_RANGE,
    ).execute()
    rows: list[dict[str, Any]] = found.to_dict("records")
    return rows


def main() -> None:
    """Answer what is asked on standard input."""
    models = _models(Path(sys.argv[1]))

    def answer(asked: Iterable[tuple[str, tuple[str, ...]]]) -> Answer:
        return Answer.of(
            (_ask(models[name], dimensions, kpis), kpis)
            for name, kpis in asked
            for dimensions in _QUESTIONS
        )

    serve(
        lambda: answer(_KPIS.items()),
        lambda: answer((name, (kpi,)) for name, kpis in _KPIS.items() for kpi in kpis),
    )


if __name__ == "__main__":
    main()
