"""What a reader must know about the data: gaps, age, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tallybook.judge.cells import shown_period
from tallybook.judge.describe import dimension_info, link_info, metric_info, source_info, words_of
from tallybook.judge.freshness import stale_sources
from tallybook.judge.history import recent
from tallybook.judge.model import DataWarning, DimensionInfo, Gap, Restatement

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from tallybook.compute.facts import SourceFacts
    from tallybook.judge.available import LeftOut
    from tallybook.judge.evidence import Evidence
    from tallybook.judge.history import Story


def warnings(evidence: Evidence, told: Mapping[str, Story]) -> Iterator[DataWarning]:
    """The worst first: what makes numbers missing, or others, then what makes them incomplete."""
    yield from stale_sources(evidence.facts, evidence.checked, evidence.now).values()
    yield from _unavailable(evidence)
    yield from _redefined(evidence, told)
    yield from _restated(evidence, told)
    if evidence.asked.around.period.partial:
        yield DataWarning("partial")
    yield from _gaps(evidence)


def _unavailable(evidence: Evidence) -> Iterator[DataWarning]:
    """One for every set of sources that metrics lack, and one for each dimension so lost."""
    checked = evidence.checked
    together: dict[tuple[frozenset[str], str | None], list[LeftOut]] = {}
    for out in evidence.left_out:
        together.setdefault((out.lacks, out.dimension), []).append(out)
    for (lacks, dimension), outs in together.items():
        yield DataWarning(
            "unavailable",
            tuple(source_info(s, checked) for s in sorted(lacks)),
            metrics=tuple(metric_info(out.metric, checked) for out in outs),
            dimension=dimension_info(dimension, checked) if dimension else None,
        )


def _redefined(evidence: Evidence, told: Mapping[str, Story]) -> Iterator[DataWarning]:
    """One for every day up to which pages had the definitions before, the latest first."""
    by_day: dict[dt.date, list[str]] = {}
    for name, story in told.items():
        if story.since is not None and recent(story.changed, evidence):
            by_day.setdefault(story.since, []).append(name)
    for day in sorted(by_day, reverse=True):
        metrics = tuple(metric_info(name, evidence.checked) for name in by_day[day])
        yield DataWarning("redefined", metrics=metrics, since=day)


def _restated(evidence: Evidence, told: Mapping[str, Story]) -> Iterator[DataWarning]:
    found = tuple(
        Restatement(
            metric_info(name, evidence.checked),
            shown_period(newest.period),
            newest.before,
            newest.after,
            len(story.restated) - 1,
        )
        for name, story in told.items()
        for newest in story.restated[:1]
    )
    if found:
        yield DataWarning("restated", restatements=found)


def _gaps(evidence: Evidence) -> Iterator[DataWarning]:
    checked = evidence.checked
    made_of = {g.name.value: g.of.value for g in checked.book.declarations.groups}
    for source, found in evidence.facts.items():
        here = (source_info(source, checked),)
        lacking = {dimension: rows for dimension, rows in found.not_given if rows}
        missing = tuple(
            Gap(dimension_info(dimension, checked), rows)
            for dimension, rows in lacking.items()
            if lacking.get(made_of.get(dimension, "")) != rows  # the same rows, told once
        )
        if missing:
            yield DataWarning("not_given", here, missing, found.rows)
        lost = tuple(Gap(link_info(source, name, checked), n) for name, n in found.unlinked if n)
        if lost:
            yield DataWarning("unlinked", here, lost, found.rows)
        yield from _unclear(source, found, evidence)


def _unclear(source: str, found: SourceFacts, evidence: Evidence) -> Iterator[DataWarning]:
    here = (source_info(source, evidence.checked),)
    kinds: tuple[tuple[Literal["twice", "never"], tuple[tuple[str, int], ...]], ...] = (
        ("twice", found.twice),
        ("never", found.never),
    )
    for kind, times in kinds:
        gaps = tuple(Gap(DimensionInfo(name, words_of(name)), n) for name, n in times if n)
        if gaps:
            yield DataWarning(kind, here, gaps)
