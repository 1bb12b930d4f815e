"""A made-up B2B company's data, the same for the same seed on every machine.

It stands behind the example book, `tally init` and the benchmarks.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from tallybook.sample.data import Data
from tallybook.sample.story import PROFILES, Company, lead_pace
from tallybook.sample.tables import TABLES
from tallybook.sample.write import write_csv, write_parquet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["EXAMPLE", "TABLES", "Company", "Data", "generate", "generate_example", "size_for"]

# The tables and columns of the example book: small enough to live in a repository.
EXAMPLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sessions": ("session_id", "visitor_id", "started_at", "channel"),
        "leads": (
            "lead_id", "first_touch_at", "created_at", "mql_at", "sql_at", "channel", "campaign_id",
        ),
        "opportunities": (
            "opportunity_id", "lead_id", "customer_id", "kind", "created_at",
            "closed_at", "outcome", "amount", "channel",
        ),
        "customers": ("customer_id", "acquired_at", "churned_at", "channel", "industry"),
        "invoices": ("invoice_id", "customer_id", "issued_on", "amount", "cogs"),
        "spend": ("spend_id", "spent_on", "team", "purpose", "category", "channel", "amount"),
        "campaigns": ("campaign_id", "name", "kind", "channel", "goal", "starts_on", "ends_on"),
        "survey_responses": ("response_id", "kind", "responded_at", "score"),
        "targets": (
            "metric_id", "kind", "starts_on", "ends_on", "dimension", "dimension_value", "value",
        ),
    }
)  # fmt: skip


def generate(
    folder: Path,
    *,
    months: int = 24,
    size: float = 1.0,
    seed: int = 1,
    tables: Collection[str] | Mapping[str, Collection[str]] | None = None,
    format: Literal["csv", "parquet"] = "csv",  # noqa: A002  # the word that a caller expects
) -> None:
    """Write one file per table into a folder, which is made if it is not there.

    The data ends with June 2024. `size` 1 is about 1,400 visits and 210 leads in a month at the
    end; volumes and cost grow with it in step. `tables` names those to write (all 21 by default);
    as a mapping it also picks their columns. A table's content does not depend on the choice.
    """
    chosen = dict.fromkeys(_ALL, ()) if tables is None else _chosen(tables)
    folder.mkdir(parents=True, exist_ok=True)
    data = Data(Company(seed, months, size))
    write = write_csv if format == "csv" else write_parquet
    for table in TABLES:
        if table.name in chosen:
            path = folder / f"{table.name}.{format}"
            write(table, chosen[table.name], data.table(table.name), path)


def size_for(leads: int, months: int = 24) -> float:
    """The size at which the company has about so many leads in its months."""
    days = Company(1, months, 1.0).days()
    return leads / sum(lead_pace(profile, day) for day in days for profile in PROFILES)


_ALL = tuple(table.name for table in TABLES)


def _chosen(
    tables: Collection[str] | Mapping[str, Collection[str]],
) -> dict[str, tuple[str, ...]]:
    from collections.abc import Mapping as AnyMapping

    columns = tables if isinstance(tables, AnyMapping) else dict.fromkeys(tables, ())
    if unknown := [name for name in columns if name not in _ALL]:
        raise ValueError(f"no such table: {', '.join(unknown)}")
    return {name: tuple(picked) for name, picked in columns.items()}


def generate_example(folder: Path) -> None:
    """Write the data of the example book: eighteen months of a small company."""
    generate(folder, months=18, size=0.24, seed=119, tables=EXAMPLE)
