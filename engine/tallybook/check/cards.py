"""Whether a scorecard can be computed: its metrics broken down and filtered as it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.calendar.named import named_period
from tallybook.check import rules
from tallybook.check.flows import ANY_DAY
from tallybook.check.sources import broken_down, lacking_advice, untimed
from tallybook.declare import model as declared
from tallybook.parse.lengths import read_length
from tallybook.resolve import rules as names
from tallybook.resolve.sections import broken_down_by, metrics_shown
from tallybook.text.diagnostic import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tallybook.check.model import Checked
    from tallybook.text.diagnostic import Findings


def check_cards(checked: Checked, findings: Findings) -> None:
    """Every section of every scorecard; names that are not known are findings already."""
    for card in checked.book.scorecards.values():
        if card.period is not None:
            named_period(card.period, ANY_DAY, checked.book.calendar, findings)
        for section in card.sections:
            _check_timed(section, checked, findings)
            _check_last(section, findings)
            if by := broken_down_by(section):
                shown = metrics_shown(section, checked.book)
                _can_break_down(shown, by, checked, findings)
            if isinstance(section, declared.TableSection):
                _check_sort(section, findings)


def _check_timed(section: declared.Section, checked: Checked, findings: Findings) -> None:
    """A page is about a period: what nothing places in time would be a wrong 0 on it."""
    for said in metrics_shown(section, checked.book):
        metric = checked.metrics.get(said.value)
        for source in sorted(untimed(metric.cell, checked.book)) if metric else ():
            findings.add(
                rules.NO_TIME,
                f"`{said}` has no place on a page: nothing says when a row of `{source}` was",
                said.span,
                help=f"give `{source}` a `time`, or write `at` and a column in the formula",
            )


def _check_last(section: declared.Section, findings: Findings) -> None:
    """`last: 13 months` is a count of periods of a grain."""
    if not isinstance(section, declared.TrendSection) or section.last is None:
        return
    length = read_length(section.last.value)
    if length is None or length.unit not in ("day", "week", "month", "quarter", "year"):
        findings.add(
            rules.WRONG_LENGTH,
            f"expected a number of periods, found `{section.last}`",
            section.last.span,
            help="for example `13 months` or `8 quarters`",
        )


def _can_break_down(
    metrics: Iterable[declared.Text], by: declared.Text, checked: Checked, findings: Findings
) -> None:
    for said in metrics:
        metric = checked.metrics.get(said.value)
        if metric is None or metric.metric.declared.allocate == "none":
            continue
        if by.value not in checked.book.dimension_names():
            continue
        lacking = {
            source: dimension
            for source, dimension in broken_down(metric.cell, (by.value,))
            if dimension not in checked.book.tables[source].dimensions
        }
        for source, dimension in lacking.items():
            findings.add(
                rules.MISSING_DIMENSION,
                f"`{said}` cannot be broken down by `{dimension}`: its source `{source}` has no "
                "such dimension",
                said.span,
                help=lacking_advice(source, dimension, checked.book),
            )


def _check_sort(section: declared.TableSection, findings: Findings) -> None:
    if section.sort is None:
        return
    known = [*(c.value for c in section.table), section.by.value]
    name = section.sort.value.lstrip("-+")
    if name not in known:
        findings.add(
            names.UNKNOWN_METRIC,
            f"the table is sorted by `{name}`, which is none of its columns",
            section.sort.span,
            help=did_you_mean(name, known, otherwise=f"sort by `-{known[0]}`"),
        )
