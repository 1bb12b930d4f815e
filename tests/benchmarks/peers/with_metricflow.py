"""The benchmark's questions in MetricFlow on dbt-duckdb: all KPIs in one query, as it advises.

Conditions stand in the expressions of measures, which reads each table once; as filters of
metrics they would read it once per filter.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml
from dbt.cli.main import dbtRunner
from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from turns import Answer, serve

if TYPE_CHECKING:
    from collections.abc import Iterable

_START, _END = dt.datetime(2023, 12, 1), dt.datetime(2024, 12, 31, 23, 59, 59)

_LEADS = {
    "leads": ("sum", "1"),
    "mqls": ("sum", "case when mql_at is not null then 1 else 0 end"),
    "sqls": ("sum", "case when sql_at is not null then 1 else 0 end"),
    "won": ("sum", "case when outcome = 'won' then 1 else 0 end"),
    "lost": ("sum", "case when outcome = 'lost' then 1 else 0 end"),
    "pipeline": ("sum", "case when sql_at is not null then amount end"),
    "revenue": ("sum", "case when outcome = 'won' then amount end"),
    "average_deal": ("average", "case when outcome = 'won' then amount end"),
    "largest_deal": ("max", "case when outcome = 'won' then amount end"),
    "average_score": ("average", "score"),
    "large_leads": ("sum", "case when company_size >= 200 then 1 else 0 end"),
    "fast_mqls": (
        "sum",
        "case when mql_at between created_at and created_at + interval 7 days then 1 else 0 end",
    ),
    "days_to_mql": ("median", "epoch_us(mql_at - created_at) / 86400e6"),
    "sales_cycle": (
        "median",
        "case when outcome = 'won' then epoch_us(closed_at - created_at) / 86400e6 end",
    ),
    "score_p90": ("percentile", "score"),
    "deals_closed": ("sum", "case when outcome = 'won' then 1 else 0 end"),
}
_SESSIONS = {
    "visitors": ("count_distinct", "visitor_id"),
    "countries": ("count_distinct", "country"),
    "sessions": ("sum", "1"),
    "bounces": ("sum", "case when bounced then 1 else 0 end"),
    "pages_seen": ("sum", "pages"),
    "average_seconds": ("average", "seconds"),
    "mobile": ("sum", "case when device = 'mobile' then 1 else 0 end"),
    "engaged_sessions": ("sum", "case when pages >= 5 and seconds > 60 then 1 else 0 end"),
}
_EMAILS = {
    "clickers": ("count_distinct", "case when clicked then recipient_id end"),
    "arrived": ("sum", "case when delivered then 1 else 0 end"),
    "opens": ("sum", "case when opened then 1 else 0 end"),
    "mail_clicks": ("sum", "case when clicked then 1 else 0 end"),
    "leavers": ("sum", "case when unsubscribed then 1 else 0 end"),
}
_SPEND = {
    "marketing_spend": ("sum", "case when team = 'marketing' then amount else 0 end"),
    "cost": ("sum", "amount"),
    "ad_clicks": ("sum", "clicks"),
}
_FACTS = {
    "leads": ("lead", "lead_id", "created_at", _LEADS),
    "sessions": ("session", "session_id", "started_at", _SESSIONS),
    "emails": ("email", "email_id", "sent_at", _EMAILS),
    "spend": ("payment", "date", "date", _SPEND),
}
_OWN_TIME = {"deals_closed": "closed_at"}
_RATIOS = {
    "mql_rate": ("mqls", "leads"),
    "bounce_rate": ("bounces", "sessions"),
    "pages_per_session": ("pages_seen", "sessions"),
    "mobile_share": ("mobile", "sessions"),
    "lead_rate": ("leads", "sessions"),
    "open_rate": ("opens", "arrived"),
    "click_rate": ("mail_clicks", "arrived"),
    "unsubscribe_rate": ("leavers", "arrived"),
    "cost_per_lead": ("marketing_spend", "leads"),
    "cost_per_click": ("cost", "ad_clicks"),
    "return_on_spend": ("revenue", "marketing_spend"),
}
_PARTS = {"bounces", "pages_seen", "mobile", "arrived", "opens", "mail_clicks", "leavers"} | {
    *("cost", "ad_clicks")
}


def _semantic_model(fact: str) -> dict[str, Any]:
    entity, key, time, measures = _FACTS[fact]
    times = {time, *(_OWN_TIME[m] for m in measures if m in _OWN_TIME)}
    return {
        "name": fact,
        "model": f"ref('{fact}')",
        "defaults": {"agg_time_dimension": time},
        "entities": [
            {"name": entity, "type": "primary", "expr": key},
            {"name": "channel", "type": "foreign", "expr": "channel"},
        ],
        "dimensions": [
            {"name": t, "type": "time", "type_params": {"time_granularity": "day"}}
            for t in sorted(times)
        ],
        "measures": [_measure(name, *said) for name, said in measures.items()],
    }


def _measure(name: str, agg: str, expr: str) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "agg": agg, "expr": expr, "create_metric": True}
    if agg == "percentile":
        said["agg_params"] = {"percentile": 0.9, "use_discrete_percentile": False}
    if name in _OWN_TIME:
        said["agg_time_dimension"] = _OWN_TIME[name]
    return said


def _metrics() -> list[dict[str, Any]]:
    ratios = [
        {
            "name": name,
            "label": name,
            "type": "ratio",
            "type_params": {"numerator": over, "denominator": under},
        }
        for name, (over, under) in _RATIOS.items()
    ]
    return [
        *ratios,
        _derived("win_rate", "won / nullif(won + lost, 0)", {"name": "won"}, {"name": "lost"}),
        _derived(
            "sessions_before",
            "before",
            {"name": "sessions", "offset_window": "1 month", "alias": "before"},
        ),
        _derived(
            "revenue_growth",
            "case when before > 0 then revenue / before - 1 end",
            {"name": "revenue"},
            {"name": "revenue", "offset_window": "1 year", "alias": "before"},
        ),
        {
            "name": "leads_28_days",
            "label": "leads_28_days",
            "type": "cumulative",
            "type_params": {
                "measure": "leads",
                "cumulative_type_params": {"window": "28 days", "period_agg": "last"},
            },
        },
    ]


def _derived(name: str, expr: str, *inputs: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "label": name,
        "type": "derived",
        "type_params": {"expr": expr, "metrics": list(inputs)},
    }


_SPINE = """select unnest(generate_series(
    date '2021-01-01', date '2025-12-31', interval 1 day))::date as date_day"""


def _project(folder: Path, data: Path) -> None:
    (folder / "models").mkdir()
    files: dict[str, object] = {
        "dbt_project.yml": {"name": "peer", "version": "1.0", "profile": "peer"},
        "profiles.yml": {
            "peer": {
                "target": "dev",
                "outputs": {"dev": {"type": "duckdb", "path": str(folder / "peer.duckdb")}},
            }
        },
        "models/semantic.yml": {
            "semantic_models": [_semantic_model(fact) for fact in _FACTS],
            "metrics": _metrics(),
            "models": [
                {
                    "name": "spine",
                    "time_spine": {"standard_granularity_column": "date_day"},
                    "columns": [{"name": "date_day", "granularity": "day"}],
                }
            ],
        },
    }
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    (folder / "models" / "spine.sql").write_text(_SPINE, encoding="utf-8")
    for fact in _FACTS:
        query = f"select * from read_parquet('{data}/{fact}-*.parquet')"  # noqa: S608
        (folder / "models" / f"{fact}.sql").write_text(query, encoding="utf-8")


def _engine(folder: Path) -> MetricFlowEngine:
    places = ["--project-dir", str(folder), "--profiles-dir", str(folder), "--quiet"]
    done = dbtRunner().invoke(["run", *places])
    if not done.success:
        sys.exit(f"dbt run failed: {done.exception or done.result}")
    configuration = CLIConfiguration()
    configuration.setup(folder, folder, configure_file_logging=False)
    return configuration.mf


_QUESTIONS = (["metric_time__month", "channel"], ["metric_time__month"])


def _ask(engine: MetricFlowEngine, by: list[str], kpis: list[str]) -> list[dict[str, Any]]:
    found = engine.query(
        MetricFlowQueryRequest.create(
            metric_names=kpis,
            group_by_names=by,
            time_constraint_start=_START,
            time_constraint_end=_END,
        )
    ).result_df
    names = ["month" if n == "metric_time__month" else n for n in found.column_names]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def main() -> None:
    """Answer what is asked on standard input."""
    measures = {name for *_, asked in _FACTS.values() for name in asked}
    kpis = sorted((measures - _PARTS) | {metric["name"] for metric in _metrics()})
    with TemporaryDirectory() as name:
        folder = Path(name)
        _project(folder, Path(sys.argv[1]) / "data")
        engine = _engine(folder)

        def answer(asked: Iterable[list[str]]) -> Answer:
            return Answer.of((_ask(engine, by, some), some) for some in asked for by in _QUESTIONS)

        serve(lambda: answer([kpis]), lambda: answer([kpi] for kpi in kpis))


if __name__ == "__main__":
    main()
