"""The dimensions that a metric is said to be worth cutting by: it must have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.check.rows import dimension_advice
from tallybook.check.sources import broken_down, lacking_advice
from tallybook.check.steering import shipped

if TYPE_CHECKING:
    from tallybook.check.model import Checked, CheckedMetric
    from tallybook.declare.model import Text
    from tallybook.text.diagnostic import Findings


def check_segments(checked: Checked, findings: Findings) -> None:
    """A lint for every `segment_by` of the book's own that cannot be asked."""
    for metric in checked.metrics.values():
        for said in metric.metric.declared.segment_by:
            if not shipped(said.span):
                _check_segment(said, metric, checked, findings)


def _check_segment(said: Text, metric: CheckedMetric, checked: Checked, findings: Findings) -> None:
    book, dimension = checked.book, said.value
    if dimension not in book.dimension_names():
        message, advice = f"there is no dimension `{said}`", dimension_advice(dimension, book)
    else:
        reached = sorted({source for source, _ in broken_down(metric.cell, (dimension,))})
        lacking = [s for s in reached if dimension not in book.tables[s].dimensions]
        if not lacking or metric.metric.declared.allocate == "none":
            return
        message = f"`{metric.name}` cannot be cut by `{said}`: its source `{lacking[0]}` lacks it"
        advice = lacking_advice(lacking[0], dimension, book)
    findings.add(rules.MISSING_SEGMENT, message, said.span, help=advice)
