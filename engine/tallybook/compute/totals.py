"""Rows of totals under the rows that they are totals of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

TOTAL = "total"


def with_totals(
    found: pl.DataFrame, totals: pl.DataFrame | None, by: Sequence[str]
) -> pl.DataFrame:
    """Both under each other, told apart by the boolean column `total`.

    Totals have no members, so the dimensions `by` are null in them. Of totals by period only those
    of periods that are among the rows are kept.
    """
    marked = found.with_columns(pl.lit(value=False).alias(TOTAL))
    if totals is None:
        return marked
    if by:
        totals = totals.filter(pl.col("period").is_in(found["period"].unique().implode()))
    added = totals.with_columns(
        *(pl.lit(None, found.schema[name]).alias(name) for name in by),
        pl.lit(value=True).alias(TOTAL),
    )
    return pl.concat([marked, added.select(marked.columns)])
