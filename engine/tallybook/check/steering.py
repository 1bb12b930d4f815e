"""Whether KPIs can be steered by: who answers for them, what they are held to, how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.check import rules
from tallybook.declare import model as declared
from tallybook.paths import METRICS
from tallybook.resolve.sections import metrics_shown
from tallybook.text.diagnostic import name_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.check.model import Checked
    from tallybook.resolve.model import Book
    from tallybook.text.diagnostic import Findings
    from tallybook.text.span import Span

HANDFUL = 9
_REVENUE = frozenset({"revenue", "turnover"})
_RETURN = frozenset({"return", "roi", "roas", "romi"})


def check_steering(checked: Checked, findings: Findings) -> None:
    """Lints on metrics and scorecards; those of a library are its own affair."""
    for metric in checked.book.metrics.values():
        if _is_kpi(metric.declared):
            _check_kpi(metric.declared, findings)
    for card in checked.book.scorecards.values():
        if not shipped(card.name.span):
            _check_number(card, checked.book, findings)
            _check_pairs(card, checked.book, findings)
            _check_executive(card, checked.book, findings)


def shipped(span: Span) -> bool:
    """Whether a place is in a library, where a book's author cannot change it."""
    return span.source.name.startswith(f"{METRICS.as_posix()}/")


def _is_kpi(metric: declared.Metric) -> bool:
    return metric.role is not None and metric.role.value == "kpi"


def _check_kpi(metric: declared.Metric, findings: Findings) -> None:
    place = metric.role.span if metric.role and not shipped(metric.role.span) else None
    if place is None:
        return
    if metric.owner is None:
        findings.add(
            rules.KPI_WITHOUT_OWNER,
            f"`{metric.name}` is a KPI, and nobody answers for it",
            place,
            help="add `owner:`, a person, team or address",
        )
    held = metric.target is not None or isinstance(metric.better, tuple)
    if not held and (metric.status is None or metric.status.good_when is None):
        findings.add(
            rules.KPI_WITHOUT_TARGET,
            f"`{metric.name}` is a KPI, and has no target",
            place,
            help="add `target:`, a number, a formula or `{table: targets}`",
        )


def _tiles(card: declared.Scorecard, book: Book) -> Iterator[tuple[declared.Text, declared.Metric]]:
    """The metrics that have a tile, each once, at the first place that names it."""
    seen = set()
    for section in card.sections:
        for said in section.tiles if isinstance(section, declared.TilesSection) else ():
            if said.value in book.metrics and said.value not in seen:
                seen.add(said.value)
                yield said, book.metrics[said.value].declared


def _check_number(card: declared.Scorecard, book: Book, findings: Findings) -> None:
    kpis = [said for said, metric in _tiles(card, book) if _is_kpi(metric)]
    if len(kpis) > HANDFUL:
        findings.add(
            rules.TOO_MANY_KPIS,
            f"`{card.name}` has {len(kpis)} KPIs, more than {HANDFUL} at once steer nothing",
            kpis[HANDFUL].span,
            help="leave `role: kpi` to those that decisions hang on",
        )


def _check_pairs(card: declared.Scorecard, book: Book, findings: Findings) -> None:
    shown = {m.value for section in card.sections for m in metrics_shown(section, book)}
    for said, metric in _tiles(card, book):
        pairs = [p.value for p in metric.pair_with]
        if pairs and not shown & set(pairs):
            findings.add(
                rules.PAIR_MISSING,
                f"`{said}` is to be read beside {name_list(pairs)}, which `{card.name}` lacks",
                said.span,
                help=f"add `{pairs[0]}` to the scorecard",
            )


def _check_executive(card: declared.Scorecard, book: Book, findings: Findings) -> None:
    if card.audience is None or card.audience.value != "executive":
        return
    words = [_words(metric) for _, metric in _tiles(card, book)]
    lacking = [
        name
        for name, wanted in (("revenue", _REVENUE), ("return", _RETURN))
        if not any(wanted & w for w in words)
    ]
    if lacking:
        told = " and none for ".join(lacking)
        findings.add(
            rules.EXECUTIVE_CARD,
            f"`{card.name}` is for executives, and has no tile for {told}",
            card.audience.span,
            help=f"add one, or tag a metric `{lacking[0]}`",
        )


def _words(metric: declared.Metric) -> set[str]:
    """The words of a metric's name, category and tags."""
    texts = (metric.name, *metric.tags, *((metric.category,) if metric.category else ()))
    return {word for text in texts for word in text.value.replace(":", "_").split("_")}
