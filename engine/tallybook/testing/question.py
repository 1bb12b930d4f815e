"""What a test asks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tallybook.ask.query import Query
from tallybook.declare.model import MetricTestQuery

if TYPE_CHECKING:
    from tallybook.declare.model import MetricTest

PERIOD = "period"  # the column of an expected row that says its period
AFTER_ALL = dt.date(2900, 1, 1)  # a test sees all of its rows, unless it says from when


def asked_by(test: MetricTest) -> MetricTestQuery:
    """The query of a test; without one it asks for all rows together."""
    return test.query or MetricTestQuery()


def query_of(test: MetricTest) -> Query:
    """The question of a test: the metrics are those for which it expects values."""
    asked = asked_by(test)
    by = tuple(d.value for d in asked.by)
    names = dict.fromkeys(name.value for row in test.expect for name, _ in row)
    return Query(
        tuple(n for n in names if n not in (PERIOD, *by)),
        by,
        asked.grain.value if asked.grain else None,
        asked.from_,
        asked.to,
        asked.where.span if asked.where else None,
    )
