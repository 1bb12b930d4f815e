"""Exchange rates looked up by currency and day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from tallybook.compute.dtypes import FLOAT64
from tallybook.language import ir

if TYPE_CHECKING:
    from tallybook.compute.rows import RowFrames
    from tallybook.resolve.model import Rates

_CODE, _DAY, _FROM, _WORTH = "$code", "$day", "$from", "$worth"


def with_rate(frame: pl.LazyFrame, rate: ir.Rate, name: str, rows: RowFrames) -> pl.LazyFrame:
    """The frame with one more column: what a row's currency is worth in `rate.to` on its day.

    Rates are looked up once per currency and day, not per row.
    """
    rates, base = rows.checked.book.rates, rows.checked.book.currency
    if rates is None:
        raise LookupError(rate.to)  # `check` lets no rate through without a table of them
    keyed = frame.with_columns(
        rows.expression(rate.currency).alias(_CODE),
        rows.clock.wall(rows.operand(rate.at)).dt.date().alias(_DAY),
    )
    pairs = keyed.select(_CODE, _DAY).unique().drop_nulls().sort(_DAY)
    worth = _worth(rates, rows)
    target = pairs.with_columns(pl.lit(rate.to).alias("$to"))
    both = _last_known(_last_known(target, worth, _CODE, base), worth, "$to", base, "$target")
    factors = both.select(_CODE, _DAY, (pl.col(_WORTH) / pl.col("$target")).alias(name))
    same = pl.col(_CODE) == rate.to
    joined = keyed.join(factors, on=[_CODE, _DAY], how="left")
    return joined.with_columns(pl.when(same).then(1.0).otherwise(pl.col(name)).alias(name)).drop(
        _CODE, _DAY
    )


def _worth(rates: Rates, rows: RowFrames) -> pl.LazyFrame:
    """Every known rate with the day from which it holds, in the order of days."""
    columns = rows.checked.tables[rates.table].table.columns
    code, value = (
        ir.Column(rates.table, (), n, columns[n].type) for n in (rates.currency, rates.to_base)
    )
    needed: list[ir.Row] = [code, value]
    since = pl.lit(dt.date.min)
    if rates.date is not None:
        date = ir.Column(rates.table, (), rates.date, columns[rates.date].type)
        needed.append(date)
        since = rows.clock.wall(rows.operand(date)).dt.date()
    found = rows.rows(rates.table, needed).select(
        since.alias(_FROM),
        rows.expression(code).alias(_CODE),
        rows.expression(value).cast(FLOAT64).alias(_WORTH),
    )
    known = found.drop_nulls().filter(pl.col(_WORTH) > 0)
    return known.unique([_FROM, _CODE], keep="last", maintain_order=True).sort(_FROM)


def _last_known(
    pairs: pl.LazyFrame, worth: pl.LazyFrame, code: str, base: str | None, name: str = _WORTH
) -> pl.LazyFrame:
    """The worth of the currency in `code` by the day; the book's own currency is worth 1."""
    joined = pairs.join_asof(
        worth.rename({_WORTH: name}),
        left_on=_DAY,
        right_on=_FROM,
        by_left=code,
        by_right=_CODE,
        strategy="backward",
        check_sortedness=False,
    )
    if base is None:
        return joined.drop(_FROM, strict=False)
    own = pl.when(pl.col(code) == base).then(1.0)
    return joined.with_columns(pl.coalesce(own, pl.col(name)).alias(name)).drop(_FROM, strict=False)
