"""A funnel's answer turned on its side: a row for each stage in place of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.dtypes import FLOAT64
from tallybook.dataclass import dataclass
from tallybook.language.units import same_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.language.units import Unit

# What each row says of its stage, after the columns of the answer that it is from.
STAGE_COLUMNS = (
    "stage", "label", "volume", "step_conversion", "share_of_first", "time_in_stage",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: the metric that counts it, and the one that says how long entries stay in it."""

    metric: str
    label: str
    time: str | None
    unit: Unit | None


def staged(answer: pl.DataFrame, stages: Sequence[Stage]) -> pl.DataFrame:
    """Every row of an answer as one row per stage, in their order.

    A stage of another kind than the one before it, revenue after deals, is no part of it.
    """
    measured = {name for s in stages for name in (s.metric, s.time) if name is not None}
    kept = [name for name in answer.columns if name not in measured]
    numbered = answer.with_row_index("$row")
    parts = [
        numbered.select(
            "$row", pl.lit(place).alias("$stage"), *kept, *_columns(place, stages, answer)
        )
        for place in range(len(stages))
    ]
    return pl.concat(parts).sort("$row", "$stage").drop("$row", "$stage")


def _columns(place: int, stages: Sequence[Stage], answer: pl.DataFrame) -> list[pl.Expr]:
    stage = stages[place]
    types = {answer.schema[s.metric] for s in stages}
    volume = pl.col(stage.metric)
    time = pl.lit(None) if stage.time is None else pl.col(stage.time)
    return [
        pl.lit(stage.metric).alias("stage"),
        pl.lit(stage.label).alias("label"),
        (volume if len(types) == 1 else volume.cast(FLOAT64)).alias("volume"),
        _share(stage, stages[place - 1] if place else None).alias("step_conversion"),
        _share(stage, stages[0]).alias("share_of_first"),
        time.cast(FLOAT64).alias("time_in_stage"),
    ]


def _share(stage: Stage, of: Stage | None) -> pl.Expr:
    """Nothing where there is nothing to be a part of."""
    if of is None or not same_kind(stage.unit, of.unit):
        return pl.lit(None, pl.Float64)
    whole = pl.col(of.metric).cast(FLOAT64)
    return pl.when(whole != 0).then(pl.col(stage.metric).cast(FLOAT64) / whole)
