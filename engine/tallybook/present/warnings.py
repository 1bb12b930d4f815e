"""What a reader must know about the data, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.present.figures import MOST_DECIMALS, Precision, full, precision

if TYPE_CHECKING:
    from tallybook.judge import model
    from tallybook.present.language import Language

_BETWEEN = " · "  # needs no conjunction, and so no grammar


def warning(found: model.DataWarning, card: model.Scorecard, speech: Language) -> str:
    """One warning as a sentence or two."""
    sources = _BETWEEN.join(speech.own(s.label) or s.name for s in found.sources)
    match found.kind:
        case "not_given" | "unlinked" | "twice" | "never":
            gaps = _BETWEEN.join(_gap(gap, found.of_rows, speech) for gap in found.gaps)
            return speech.text(f"warning.{found.kind}", source=sources, gaps=gaps)
        case "stale":
            return _stale(found, sources, speech)
        case "unavailable":
            return _unavailable(found, sources, speech)
        case "redefined":
            day = speech.day(found.since or card.as_of)
            metrics = _BETWEEN.join(speech.own(m.label) or m.name for m in found.metrics)
            return speech.text("warning.redefined", day=day, metrics=metrics)
        case "restated":
            metrics = _BETWEEN.join(_restatement(r, speech) for r in found.restatements)
            return speech.text("warning.restated", metrics=metrics)
        case "partial":
            return speech.text("warning.partial", day=speech.day(card.data_as_of or card.as_of))


def _gap(gap: model.Gap, of: int | None, speech: Language) -> str:
    """`Channel 510 (2.1%)`."""
    name = speech.own(gap.of.label) or gap.of.name
    shown = speech.figures.integer(gap.rows)
    share = f" ({speech.figures.share(gap.rows / of)})" if of else ""
    return speech.text("warning.gap", name=name, rows=f"{shown}{share}")


def _restatement(found: model.Restatement, speech: Language) -> str:
    """`Leads, May 2024: 512 (was 510; further periods: 3)`."""
    metric = found.metric
    before, after = _told_apart(found, speech)
    further = speech.text("warning.further", n=speech.figures.integer(found.more))
    return speech.text(
        "warning.restatement",
        name=speech.own(metric.label) or metric.name,
        period=speech.calendar.short(found.period),
        after=after,
        before=f"{before}; {further}" if found.more else before,
    )


def _told_apart(found: model.Restatement, speech: Language) -> tuple[str, str]:
    """Both values with as many decimals as it takes to see that they differ."""
    metric = found.metric
    cut = full(precision(metric.unit, metric.decimals, found.after, found.before))
    before = after = ""
    while before == after and cut.decimals <= MOST_DECIMALS:
        before, after = (speech.figure(v, metric, cut).text for v in (found.before, found.after))
        cut = Precision(cut.decimals + 1)
    return before, after


def _stale(found: model.DataWarning, sources: str, speech: Language) -> str:
    limit = _length(found.limit, speech) if found.limit else ""
    if found.age is None:
        return speech.text("warning.stale_empty", source=sources)
    age = _length(found.age, speech)
    return speech.text("warning.stale", source=sources, age=age, limit=limit)


def _length(length: model.Length, speech: Language) -> str:
    shown = speech.figures.integer(length.amount)
    return speech.plural(f"unit.{length.unit}", length.amount, n=shown)


def _unavailable(found: model.DataWarning, sources: str, speech: Language) -> str:
    metrics = _BETWEEN.join(speech.own(m.label) or m.name for m in found.metrics)
    if found.dimension is None:
        return speech.text("warning.unavailable", sources=sources, metrics=metrics)
    name = speech.own(found.dimension.label) or found.dimension.name
    return speech.text("warning.unavailable_by", sources=sources, metrics=metrics, dimension=name)
