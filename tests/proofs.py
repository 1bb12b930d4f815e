"""What the library is proven by: its definitions, SQL from their meaning, and a book over both."""

# ruff: noqa: S608 - the queries are put together from the files beside this one
from __future__ import annotations

import math
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import yaml

from tallybook.book import open_book
from tallybook.paths import METRICS
from tallybook.sample import TABLES

if TYPE_CHECKING:
    from tallybook.book import Book

PROOFS = Path(__file__).parent / "library"
SQL = PROOFS / "sql"
LIBRARY = METRICS / "b2b_marketing"
Entry = dict[str, object]


def definitions() -> dict[str, Entry]:
    """Every metric of the library as YAML has it."""
    found: dict[str, Entry] = {}
    for path in sorted(LIBRARY.glob("*.yml")):
        found.update(yaml.safe_load(path.read_text(encoding="utf-8")).get("metrics") or {})
    return found


DEFINED = definitions()


def alternatives() -> dict[str, tuple[str, str]]:
    """Formula and unit of every alternative, by `metric.alternative`."""
    found: dict[str, tuple[str, str]] = {}
    for metric, entry in DEFINED.items():
        others = entry.get("alternatives") or {}
        assert isinstance(others, dict)
        for name, formula in others.items():
            unit = "percent" if name == "selling_cost_ratio" else str(entry["unit"])
            found[f"{metric}.{name}"] = (str(formula), unit)
    return found


ALTERNATIVES = alternatives()


def alternatives_as_metrics() -> str:
    """YAML in which each alternative is a metric: `metric__alternative`."""
    lines = ["metrics:"]
    for name, (formula, unit) in ALTERNATIVES.items():
        text = "\n".join(f"      {line}" for line in formula.splitlines())
        lines.append(f"  {name.replace('.', '__')}:\n    unit: {unit}\n    formula: |\n{text}")
    return "\n".join(lines)


def by_dimension() -> dict[str, list[str]]:
    """The metrics that say they can be cut by a dimension."""
    found: dict[str, list[str]] = {}
    for metric, entry in DEFINED.items():
        segments = entry.get("segment_by") or []
        assert isinstance(segments, list)
        for dimension in segments:
            found.setdefault(dimension, []).append(metric)
    return found


def library_as_book(folder: Path, data: Path, *, extra: str = "") -> Book:
    """The library's own files as a book, on the frames of a generated company."""
    shutil.copytree(LIBRARY, folder / "library")
    (folder / "tallybook.yml").write_text(
        f"timezone: UTC\ncurrency: EUR\nas_of: 2024-07-01\n{extra}", encoding="utf-8"
    )
    frames = {table.name: pl.read_parquet(data / f"{table.name}.parquet") for table in TABLES}
    return open_book(folder, sources=frames)


def database_of(data: Path) -> duckdb.DuckDBPyConnection:
    """The company's tables, and for each `by_<table>`: its rows with the dimensions to cut by."""
    connection = duckdb.connect()
    for table in TABLES:
        path = str(data / f"{table.name}.parquet")
        connection.read_parquet(path).create(table.name)
    connection.execute((PROOFS / "dimensions.sql").read_text(encoding="utf-8"))
    return connection


def assert_same(found: object, wanted: object) -> None:
    """Equal, but for the last digits of a float."""
    assert same(found, wanted), (found, wanted)


def same(found: object, wanted: object) -> bool:
    """Whether two values are equal, but for the last digits of a float; nothing equals nothing."""
    if not isinstance(found, int | float) or not isinstance(wanted, int | float):
        return found is None and wanted is None
    return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)


# A table that a query counts, not one in which it looks something up: `x in (select … from t)`.
_NAMES = "|".join(sorted((table.name for table in TABLES), key=len, reverse=True))
_COUNTED = re.compile(rf"\bfrom (?P<table>{_NAMES})\b(?P<alias>\s+[a-z]\b)?")
_LOOKED_UP = re.compile(r"(in \(\s*select [\w.]+ |day = \(select max\(day\) )$")


def by_month_and_member(proof: str, dimension: str) -> str:
    """SQL for (month, member, value): the proof's value is asked of the rows of each member alone.

    Not so for shares of a total and for credit shared over rows: `sql_by` has SQL of their own.
    The months are in a table `months`, with `starts` and `ends`.
    """
    text, counted = proof, _counted(proof)
    for match in reversed(counted):
        table, alias = match["table"], match["alias"] or f" {match['table']}"
        rows = f"select * from by_{table} where by_{dimension} is not distinct from member.v"
        text = f"{text[: match.start()]}from ({rows}){alias}{text[match.end() :]}"
    value = text.replace("$start", "month.starts").replace("$end", "month.ends")
    tables = sorted({match["table"] for match in counted})
    members = " union ".join(f"select by_{dimension} from by_{table}" for table in tables)
    return f"""select strftime(month.starts, '%Y-%m'), member.v, ({value})
               from months month, (select distinct v from ({members}) _(v)) member"""


def _counted(proof: str) -> list[re.Match[str]]:
    found = _COUNTED.finditer(proof)
    return [match for match in found if not _LOOKED_UP.search(proof[: match.start()])]
